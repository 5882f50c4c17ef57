import { expect, it } from 'vitest'
import { carliniWagnerL2 } from '#core/attacks/carliniWagnerL2'
import { runAttack } from '#core/attacks/run'
import type { DifferentiableModel } from '#core/models/DifferentiableModel'
import { pixelsPerImage, type ByteImages, type Images } from '#core/tensor/Images'

const spec = { channels: 1, height: 2, width: 2 }
const images: ByteImages = { ...spec, count: 1, data: new Uint8Array(4).fill(128) }

/** A net that is never fooled and has no slopes: the loss at each step is what it is told, and nothing moves. */
function scripted(loss: (step: number) => number): DifferentiableModel {
  let step = 0
  const logits = ({ count }: Images) => ({ count, classes: 2, data: Float32Array.of(1, 0) })
  return {
    id: 'scripted',
    input: spec,
    classes: ['a', 'b'],
    logits: (batch) => Promise.resolve(logits(batch)),
    gradient: (batch) =>
      Promise.resolve({
        loss: Float32Array.of(loss(step++)),
        logits: logits(batch),
        gradient: { ...batch, data: new Float32Array(pixelsPerImage(batch)) },
      }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

/** Gradients taken before the search ends, with a single constant. */
async function gradientsWith(iterations: number, loss: (step: number) => number): Promise<number> {
  const { results } = await runAttack({
    attack: carliniWagnerL2,
    params: { iterations, searches: 1, constant: 1 },
    model: scripted(loss),
    images,
    labels: [0],
    seed: '1',
  })
  return results[0]!.gradients
}

it('ends a search whose loss does not come down, at the second check', async () => {
  expect(await gradientsWith(1000, () => 10)).toBe(201)
  expect(await gradientsWith(40, () => 10)).toBe(17)
})

it('goes on where the least loss has come down, however high it stands at a check', async () => {
  // Checks are at every eighth step. Between the first and the second the loss was lower, at the second it is higher.
  const up = (step: number): number => (step === 12 ? 5 : step === 16 ? 20 : 10)
  expect(await gradientsWith(40, up)).toBe(25)
  // Falling to a new low between any two checks, and back above the old one at each of them.
  const overshooting = (step: number): number => (step % 8 === 0 ? 100 + step : 50 - step)
  expect(await gradientsWith(40, overshooting)).toBe(40)
})

it('ends where a lower loss at the check is still above the least', async () => {
  const late = (step: number): number => (step === 3 ? 1 : 100 - step)
  expect(await gradientsWith(40, late)).toBe(17)
})

it('leaves at least eight steps between checks, also where a tenth of them is less', async () => {
  // Nothing happens for nine steps; checks at every second one would end the search at the fourth.
  expect(await gradientsWith(20, (step) => (step < 10 ? 10 : 10 - step / 4))).toBe(20)
})

it('does not compare with the loss of the first step, which has no distortion in it', async () => {
  expect(await gradientsWith(40, (step) => (step === 0 ? 0.1 : 100 - step))).toBe(40)
})

it('takes every step when it is told to', async () => {
  const { results } = await runAttack({
    attack: carliniWagnerL2,
    params: { iterations: 40, searches: 1, constant: 1, abortEarly: false },
    model: scripted(() => 10),
    images,
    labels: [0],
    seed: '1',
  })
  expect(results[0]!.gradients).toBe(40)
})
