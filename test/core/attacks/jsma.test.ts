import { describe, expect, it } from 'vitest'
import { forwardDerivatives } from '#core/attacks/forwardDerivative'
import { jsma } from '#core/attacks/jsma'
import { CountingOracle } from '#core/attacks/oracle'
import { Gathering } from '#core/attacks/rows'
import { runAttack, type AttackJob } from '#core/attacks/run'
import { argmax, predictedLabels, rowOf, softmax, topK } from '#core/metrics/classification'
import type { DifferentiableModel } from '#core/models/DifferentiableModel'
import { Workroom } from '#core/simd/Workroom'
import { sliceImages, toFloats, type ByteImages } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { tanhNet } from '../../support/analyticNets'

const spec = { channels: 1, height: 6, width: 5 }
const size = 30
const classes = 5
const random = new Random('jsma')
const images: ByteImages = {
  ...spec,
  count: 4,
  data: new Uint8Array(4 * size).map(() =>
    random.pick([0, 255, random.int(256), random.int(256), random.int(256)]),
  ),
}
const net = tanhNet('jsma', spec, classes)

interface Settings {
  readonly distortion: number
  readonly theta: number
  readonly direction: 'increase' | 'decrease'
  readonly features: 'pair' | 'single'
  readonly outputs: 'logits' | 'probabilities'
}

/** The whole Jacobian of the outputs, [class][feature], in float64. */
async function jacobian(levels: readonly number[], outputs: Settings['outputs']): Promise<number[][]> {
  const image = { ...spec, count: 1, data: Float32Array.from(levels, (level) => level / 255) }
  const rows: number[][] = []
  for (let j = 0; j < classes; j++) {
    const cotangent = Float32Array.from({ length: classes }, (_, i) => (i === j ? 1 : 0))
    rows.push(Array.from((await net.gradient(image, { kind: 'cotangent', cotangent })).gradient.data))
  }
  if (outputs === 'logits') return rows
  const p = softmax(rowOf(await net.logits(image), 0))
  const mean = (i: number) => rows.reduce((sum, row, k) => sum + p[k]! * row[i]!, 0)
  return rows.map((row, j) => row.map((slope, i) => p[j]! * (slope - mean(i))))
}

/** Algorithms 1 to 3 of Papernot 2016 as they stand, all pairs and all rows of the Jacobian looked at. */
async function byHand(clean: readonly number[], target: number, settings: Settings): Promise<number[]> {
  const { theta, direction, features, outputs } = settings
  const sign = direction === 'increase' ? 1 : -1
  const end = direction === 'increase' ? 255 : 0
  const levels = [...clean]
  let domain = levels.map((_, i) => i).filter((i) => levels[i] !== end)
  const limit = Math.floor((settings.distortion / 100) * size)
  for (;;) {
    const image = { ...spec, count: 1, data: Float32Array.from(levels, (level) => level / 255) }
    const changed = levels.filter((level, i) => level !== clean[i]).length
    if (argmax(rowOf(await net.logits(image), 0)) === target) return levels
    if (changed + (features === 'pair' ? 2 : 1) > limit) return levels
    const rows = await jacobian(levels, outputs)
    const a = (i: number) => sign * rows[target]![i]!
    const b = (i: number) => sign * rows.reduce((sum, row, j) => (j === target ? sum : sum + row[i]!), 0)
    let most = 0
    let chosen: number[] = []
    for (const p of domain) {
      for (const q of features === 'pair' ? domain.filter((other) => other > p) : [undefined]) {
        const [alpha, beta] = q === undefined ? [a(p), b(p)] : [a(p) + a(q), b(p) + b(q)]
        if (alpha > 0 && beta < 0 && -alpha * beta > most) {
          most = -alpha * beta
          chosen = q === undefined ? [p] : [p, q]
        }
      }
    }
    if (chosen.length === 0) return levels
    for (const i of chosen) levels[i] = Math.min(255, Math.max(0, levels[i]! + sign * theta))
    domain = domain.filter((i) => !chosen.includes(i) || (levels[i] !== 0 && levels[i] !== 255))
  }
}

describe('the saliency map attack', async () => {
  const clean = await net.logits(toFloats(images))
  const labels = predictedLabels(clean)
  const run = (params: Partial<Settings>, over: Partial<AttackJob> = {}) =>
    runAttack({ attack: jsma, params: { ...params }, model: net, images, labels, seed: '1', ...over })

  const settings: Settings[] = []
  for (const direction of ['increase', 'decrease'] as const)
    for (const features of ['pair', 'single'] as const)
      for (const outputs of ['logits', 'probabilities'] as const)
        for (const theta of [255, 60]) settings.push({ distortion: 40, theta, direction, features, outputs })

  it.each(settings)('follows the algorithms: $direction $features $outputs, theta $theta', async (params) => {
    const targets = labels.map((label, n) => (label + 1 + (n % 4)) % classes)
    const outcome = await run(params, { targets })
    for (const [n, target] of targets.entries()) {
      const wanted = await byHand(Array.from(sliceImages(images, n, n + 1).data), target, params)
      expect(Array.from(sliceImages(outcome.images, n, n + 1).data)).toEqual(wanted)
    }
    expect(outcome.images.data).not.toEqual(images.data)
  })

  it('takes the row of the target and the sum of the others', async () => {
    const floats = toFloats(images)
    const targets = [0, 1, 2, 3]
    const all = {
      oracle: new CountingOracle(net, 4),
      targets,
      outputs: 'logits',
      classes,
      gathering: new Gathering(new Workroom()),
    } as const
    for await (const { row, derivative } of forwardDerivatives(all, floats, [1, 3])) {
      const rows = await jacobian(Array.from(sliceImages(images, row, row + 1).data), 'logits')
      const target = targets[row]!
      derivative.target.forEach((slope, i) => {
        expect(slope).toBeCloseTo(rows[target]![i]!, 5)
      })
      derivative.others.forEach((slope, i) => {
        expect(slope).toBeCloseTo(
          rows.reduce((sum, other, j) => sum + (j === target ? 0 : other[i]!), 0),
          5,
        )
      })
    }
    expect([...all.oracle.gradients]).toEqual([0, 2, 0, 2])
  })

  it('looks for probabilities where they are zero in single precision', async () => {
    // Far beyond what exp can hold: the target's probability and all its slopes vanish.
    const sure: DifferentiableModel = {
      id: 'sure',
      input: spec,
      classes: net.classes,
      async logits(batch) {
        const logits = await net.logits(batch)
        return { ...logits, data: logits.data.map((value) => value * 1000) }
      },
      async gradient(batch, loss) {
        const result = await net.gradient(batch, loss)
        const { gradient } = result
        return {
          ...result,
          logits: await sure.logits(batch),
          gradient: { ...gradient, data: gradient.data.map((slope) => slope * 1000) },
        }
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }
    const { results } = await run({ outputs: 'probabilities', distortion: 40 }, { model: sure })
    expect(results.every(({ distances }) => distances.l0 > 0)).toBe(true)
  })

  it.each([0, 3, 7, 20, 50])('changes no more than %d percent of the values', async (distortion) => {
    for (const features of ['pair', 'single'] as const) {
      for (const theta of [255, 100]) {
        const { results } = await run({ distortion, features, theta })
        for (const { distances } of results) {
          expect(distances.l0).toBeLessThanOrEqual((distortion / 100) * size)
        }
      }
    }
  })

  it('only brightens, or only darkens', async () => {
    const brighter = await run({ direction: 'increase', theta: 90, distortion: 50 })
    expect(brighter.images.data.every((level, i) => level >= images.data[i]!)).toBe(true)
    const darker = await run({ direction: 'decrease', theta: 90, distortion: 50 })
    expect(darker.images.data.every((level, i) => level <= images.data[i]!)).toBe(true)
  })

  it('steers to the second likeliest class when it is told none', async () => {
    const { results } = await run({})
    results.forEach(({ target }, n) => {
      expect(target).toBe(topK(rowOf(clean, n), 2)[1])
    })
  })

  it('leaves an image alone that has the target, after one look', async () => {
    const { results } = await run({}, { targets: labels })
    for (const { distances, gradients } of results) {
      expect(distances.l0).toBe(0)
      expect(gradients).toBe(2)
    }
  })

  it('ends where nothing can be changed any more', async () => {
    const white: ByteImages = { ...images, data: new Uint8Array(4 * size).fill(255) }
    const { results } = await run({ distortion: 100 }, { images: white })
    for (const { distances, gradients } of results) {
      expect(distances.l0).toBe(0)
      expect(gradients).toBe(2)
    }
  })
})
