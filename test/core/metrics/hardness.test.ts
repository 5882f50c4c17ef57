import { describe, expect, it } from 'vitest'
import { jsma } from '#core/attacks/jsma'
import type { ImageOutcome } from '#core/attacks/outcome'
import { runAttack } from '#core/attacks/run'
import { saliencyDistances } from '#core/attacks/saliencyDistances'
import { adversarialDistance, robustness } from '#core/metrics/adversarialDistance'
import { predictedLabels } from '#core/metrics/classification'
import { hardness, hardnessPoints } from '#core/metrics/hardness'
import { sourceTargets } from '#core/metrics/sourceTarget'
import { toFloats, type ByteImages } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { linearNet, tanhNet } from '../../support/analyticNets'

const spec = { channels: 1, height: 5, width: 8 }
const features = 40
const random = new Random('hardness')
const images: ByteImages = {
  ...spec,
  count: 12,
  data: new Uint8Array(12 * features).map(() => random.int(256)),
}

describe('adversarial distance and robustness', () => {
  it('is the share of features without saliency, and the least of all', () => {
    expect(adversarialDistance(Float64Array.of(0, 3, 0, 0.5))).toBe(0.5)
    expect(adversarialDistance(new Float64Array(3))).toBe(1)
    expect(adversarialDistance(Float64Array.of(1, 2))).toBe(0)
    expect(robustness([0.9, 0.4, 0.7])).toBe(0.4)
    expect(robustness([])).toBeUndefined()
  })

  it('is taken of the true Jacobian for every class', async () => {
    const net = linearNet('distance', spec, 4)
    const two = { ...toFloats(images), count: 2, data: toFloats(images).data.slice(0, 2 * features) }
    const rows = await Promise.all(
      [0, 1, 2, 3].map(async (t) => {
        const cotangent = new Float32Array(4).fill(0)
        cotangent[t] = 1
        const one = { ...two, count: 1, data: two.data.slice(0, features) }
        return (await net.gradient(one, { kind: 'cotangent', cotangent })).gradient.data
      }),
    )
    for (const direction of ['increase', 'decrease'] as const) {
      const found = await saliencyDistances((batch, loss) => net.gradient(batch, loss), two, 4, direction)
      const sign = direction === 'increase' ? 1 : -1
      const wanted = rows.map((row, t) => {
        let zero = 0
        row.forEach((slope, i) => {
          const others = rows.reduce((sum, other, j) => sum + (j === t ? 0 : other[i]!), 0)
          if (!(sign * slope > 0 && sign * others < 0)) zero++
        })
        return zero / features
      })
      // A linear net's Jacobian is the same everywhere.
      for (const ofImage of found)
        ofImage.forEach((distance, t) => expect(distance).toBeCloseTo(wanted[t]!, 12))
    }
  })
})

describe('hardness', () => {
  it('is the trapezoid sum over success rates', () => {
    const points = [
      { limit: 0.1, rate: 0.2, distortion: 0.08 },
      { limit: 0.2, rate: 0.6, distortion: 0.12 },
      { limit: 0.4, rate: 0.7, distortion: 0.2 },
    ]
    expect(hardness(points)).toBeCloseTo(0.4 * 0.1 + 0.1 * 0.16, 12)
    expect(hardness(points.slice(0, 1))).toBeNull()
  })

  it('is null where no image gives way, which is not the same as easy', () => {
    const stubborn = [{ reached: false, changed: 12 }]
    const points = hardnessPoints(stubborn, [0.1, 0.2, 0.3], { features, perStep: 1 })
    expect(points.map(({ rate }) => rate)).toEqual([0, 0, 0])
    expect(points.map(({ distortion }) => distortion)).toEqual([0.1, 0.2, 0.3])
    expect(hardness(points)).toBeNull()
    expect(hardnessPoints([], [0.1], { features, perStep: 1 })).toEqual([])
  })

  it.each(['pair', 'single'])(
    'has the same points from one run as from one for each maximum: %s',
    async (kind) => {
      const net = tanhNet('points', spec, 5)
      const labels = predictedLabels(await net.logits(toFloats(images)))
      const targets = labels.map((label, n) => (label + 1 + (n % 4)) % 5)
      const run = async (percent: number) => {
        const job = { attack: jsma, model: net, images, labels, targets, seed: '1' }
        const { results } = await runAttack({ ...job, params: { distortion: percent, features: kind } })
        return results.map(({ verdict, distances }) => ({
          reached: verdict === 'fooled',
          changed: distances.l0,
        }))
      }
      const limits = [0.04, 0.05, 0.08, 0.1, 0.2, 0.33, 0.5]
      const steps = { features, perStep: kind === 'pair' ? 2 : 1 }
      const points = hardnessPoints(await run(50), limits, steps)
      for (const [k, limit] of limits.entries()) {
        const own = await run(100 * limit)
        expect(points[k]!.rate).toBeCloseTo(own.filter(({ reached }) => reached).length / 12, 12)
        expect(points[k]!.distortion).toBeCloseTo(
          own.reduce((sum, { changed }) => sum + changed, 0) / 12 / features,
          12,
        )
      }
      expect(new Set(points.map(({ rate }) => rate)).size).toBeGreaterThan(2)
    },
  )
})

describe('the source-target matrix', () => {
  const outcome = (
    label: number,
    target: number,
    verdict: ImageOutcome['verdict'],
    l0: number,
  ): ImageOutcome => ({
    label,
    target,
    verdict,
    clean: { top: [], trueConfidence: 1, top1: true, top5: true },
    adversarial: { top: [], trueConfidence: 0, top1: false, top5: true },
    distances: { l0, l1: 0, l2: 0, linf: 0 },
    pixels: l0,
    lostInRounding: false,
    gradients: 0,
    queries: 0,
  })

  it('groups by source and target, without what was wrong from the start', () => {
    const results = [
      outcome(1, 0, 'fooled', 4),
      outcome(0, 1, 'held', 8),
      outcome(0, 1, 'fooled', 2),
      outcome(0, 2, 'wrong-from-start', 0),
    ]
    const [first, second, ...rest] = sourceTargets(results, { features, perStep: 2 }, [0.05, 0.2])
    expect(rest).toEqual([])
    expect(first).toMatchObject({ source: 0, target: 1, success: { count: 1, of: 2 } })
    expect(first!.distortion).toBeCloseTo(0.125, 12)
    expect(first!.successfulDistortion).toBeCloseTo(0.05, 12)
    // tau stays at 1/2 from the first maximum to the last.
    expect(first!.hardness).toBe(0)
    expect(second).toMatchObject({ source: 1, target: 0, success: { count: 1, of: 1 } })
    // From (0.05, tau 0) to (0.1, tau 1).
    expect(second!.hardness).toBeCloseTo(0.075, 12)
  })
})
