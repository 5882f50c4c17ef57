import { setTimeout } from 'node:timers/promises'
import { beforeAll, expect, it } from 'vitest'
import { freeNow } from '#node/onnx/freeNow'

const size = 8 * 2 ** 20

/** As where buffers cannot be transferred: in Node 20 none can. */
const untransferable = (): ArrayBuffer =>
  Object.defineProperty(new ArrayBuffer(size), 'transfer', { value: undefined })

// The port that stands in for a transfer takes a turn to close.
beforeAll(async () => {
  freeNow(untransferable())
  await setTimeout(20)
})

it.each([
  ['', () => new ArrayBuffer(size)],
  [', where they cannot be transferred too', untransferable],
])('gives buffers back at once, not when the garbage is next collected%s', (_, make) => {
  const held: ArrayBuffer[] = []
  const before = process.memoryUsage().arrayBuffers
  for (let i = 0; i < 40; i++) {
    const buffer = make()
    held.push(buffer)
    freeNow(buffer)
  }
  expect(held.every(({ byteLength }) => byteLength === 0)).toBe(true)
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * size)
})
