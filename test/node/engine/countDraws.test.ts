import { expect, it } from 'vitest'
import type { AttackProgress } from '#core/attacks/run'
import { countDraws } from '#node/engine/countDraws'

const start = { done: 0, total: 2, fraction: 0 }

it('tells of draws while an attack waits for its gradient, not of each, and loses none', async () => {
  const told: AttackProgress[] = []
  const { onProgress, onDraw } = countDraws((progress) => told.push(progress), undefined)
  onProgress(start)
  for (let draw = 0; draw < 50; draw++) await onDraw()
  onProgress({ ...start, done: 1, fraction: 0.5 })
  expect(told[0]).toEqual(start)
  expect(told[1]).toEqual({ ...start, draws: 1 })
  expect(told.length).toBeLessThan(52)
  expect(told.at(-1)).toEqual({ done: 1, total: 2, fraction: 0.5, draws: 50 })
})

it('lets a cancel that comes in meanwhile end the attack at the next draw', async () => {
  const signal = { aborted: false }
  const { onProgress, onDraw } = countDraws(() => undefined, signal)
  onProgress(start)
  setImmediate(() => (signal.aborted = true))
  await onDraw()
  await expect(onDraw()).rejects.toMatchObject({ code: 'cancelled' })
})
