import { describe, expect, it } from 'vitest'
import { bim } from '#core/attacks/bim'
import { fgsm } from '#core/attacks/fgsm'
import { attackOf } from '#core/attacks/index'
import { stepsFor } from '#core/attacks/kurakin'
import { leastLikely } from '#core/attacks/leastLikely'
import { runAttack } from '#core/attacks/run'
import { argmin, predictedLabels, rowOf } from '#core/metrics/classification'
import type { Loss } from '#core/models/DifferentiableModel'
import { toFloats, type ByteImages } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { tanhNet } from '../../support/analyticNets'

const spec = { channels: 1, height: 5, width: 4 }
const random = new Random('kurakin')
const images: ByteImages = { ...spec, count: 3, data: new Uint8Array(60).map(() => random.int(256)) }
const net = tanhNet('k', spec, 6)

/** The formulas on whole numbers, one pixel at a time: Clip_{X,eps}(x + change), with max(0, X - eps) and min(255, X + eps). */
async function byHand(
  loss: Loss,
  epsilon: number,
  alpha: number,
  steps: number,
  way: 1 | -1,
): Promise<number[]> {
  const current = Array.from(images.data)
  for (let step = 0; step < steps; step++) {
    const floats = { ...images, data: Float32Array.from(current, (value) => value / 255) }
    const { gradient } = await net.gradient(floats, loss)
    current.forEach((value, i) => {
      const moved = value + way * alpha * Math.sign(gradient.data[i]!)
      const [low, high] = [Math.max(0, images.data[i]! - epsilon), Math.min(255, images.data[i]! + epsilon)]
      current[i] = Math.min(high, Math.max(low, moved))
    })
  }
  return current
}

describe("Kurakin's three methods", async () => {
  const clean = await net.logits(toFloats(images))
  const labels = predictedLabels(clean)
  const truth: Loss = { kind: 'cross-entropy', labels }

  it('takes the number of steps of the paper', () => {
    expect([2, 4, 8, 16, 32].map((epsilon) => stepsFor(epsilon, 0))).toEqual([3, 5, 10, 20, 36])
    expect(stepsFor(8, 3)).toBe(3)
  })

  it.each([1, 2, 4, 8, 16])('follows the formulas to the last bit at epsilon %d', async (epsilon) => {
    const run = async (id: string): Promise<number[]> => {
      const job = { attack: attackOf(id), model: net, params: { epsilon }, images, labels, seed: '1' }
      return Array.from((await runAttack(job)).images.data)
    }
    const steps = Math.min(epsilon + 4, Math.ceil(1.25 * epsilon))
    const least = Array.from({ length: 3 }, (_, i) => argmin(rowOf(clean, i)))
    expect(await run('fgsm')).toEqual(await byHand(truth, epsilon, epsilon, 1, 1))
    expect(await run('bim')).toEqual(await byHand(truth, epsilon, 1, steps, 1))
    expect(await run('leastLikely')).toEqual(
      await byHand({ kind: 'cross-entropy', labels: least }, epsilon, 1, steps, -1),
    )
  })

  it('lets alpha and the steps be chosen', async () => {
    const params = { epsilon: 9, alpha: 3, steps: 7 }
    const { images: ours, results } = await runAttack({
      attack: bim,
      model: net,
      params,
      images,
      labels,
      seed: '1',
    })
    expect(Array.from(ours.data)).toEqual(await byHand(truth, 9, 3, 7, 1))
    expect(results.map(({ gradients }) => gradients)).toEqual([7, 7, 7])
  })

  it('aims at the class that the clean image is least like', async () => {
    const job = { attack: leastLikely, model: net, images, labels, seed: '1' }
    const { results } = await runAttack(job)
    expect(results.map(({ target }) => target)).toEqual([0, 1, 2].map((i) => argmin(rowOf(clean, i))))
  })

  it('counts images that were wrong from the start apart', async () => {
    const wrong = labels.map((label, i) => (i === 1 ? (label + 1) % 6 : label))
    const { results } = await runAttack({ attack: fgsm, model: net, images, labels: wrong, seed: '1' })
    expect(results[1]).toMatchObject({ verdict: 'wrong-from-start', clean: { top1: false } })
    expect(results[0]!.verdict).not.toBe('wrong-from-start')
  })
})
