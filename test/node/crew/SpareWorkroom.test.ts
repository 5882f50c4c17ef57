import { expect, it } from 'vitest'
import { SpareWorkroom } from '#node/crew/SpareWorkroom'

it('gives the memory of a run to the next of the same, never to two at once', () => {
  const spare = new SpareWorkroom()
  const first = spare.take('a')
  expect(spare.take('a')).not.toBe(first)
  spare.giveBack('a', first)
  expect(spare.take('a')).toBe(first)
  spare.giveBack('a', first)
  expect(spare.take('b')).not.toBe(first)
  expect(spare.take('a')).not.toBe(first)
  spare.giveBack('a', first)
  spare.drop()
  expect(spare.take('a')).not.toBe(first)
})
