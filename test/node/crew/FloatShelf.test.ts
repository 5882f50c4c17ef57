import { expect, it } from 'vitest'
import { FloatShelf } from '#node/crew/FloatShelf'

it('gives arrays out again, never to two at once, and keeps a few', () => {
  let made = 0
  const shelf = new FloatShelf((length) => {
    made++
    return new Float32Array(length)
  })
  const first = shelf.take(3)
  expect(shelf.take(3)).not.toBe(first)
  shelf.giveBack(first)
  expect(shelf.take(4)).toHaveLength(4)
  expect(shelf.take(3)).toBe(first)
  expect(made).toBe(3)
  for (let length = 10; length < 20; length++) shelf.giveBack(new Float32Array(length))
  expect(shelf.take(19)).toHaveLength(19)
  expect(made).toBe(3)
  // Of ten lengths the first are gone.
  shelf.take(10)
  expect(made).toBe(4)
})
