import { describe, expect, it } from 'vitest'
import { carliniWagnerL2 } from '#core/attacks/carliniWagnerL2'
import { fgsm } from '#core/attacks/fgsm'
import { gapOf } from '#core/attacks/goal'
import { runAttack, type AttackJob } from '#core/attacks/run'
import { predictedLabels, rowOf } from '#core/metrics/classification'
import { sliceImages, toFloats, type ByteImages } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { linearNet, tanhNet } from '../../support/analyticNets'
import { rescored } from '../../support/rescored'

const spec = { channels: 1, height: 6, width: 6 }
const random = new Random('cw')
const images: ByteImages = { ...spec, count: 4, data: new Uint8Array(144).map(() => random.int(256)) }
const net = tanhNet('cw', spec, 5)
const fast = { iterations: 80, searches: 6, constant: 0.1, learningRate: 0.05 }

describe("Carlini and Wagner's L2 attack", async () => {
  const labels = predictedLabels(await net.logits(toFloats(images)))
  const run = (params: AttackJob['params'], over: Partial<AttackJob> = {}) =>
    runAttack({
      attack: carliniWagnerL2,
      params: { ...fast, ...params },
      model: net,
      images,
      labels,
      seed: '1',
      ...over,
    })

  it('comes close to the nearest point of a linear boundary', async () => {
    const size = { channels: 3, height: 16, width: 16 }
    const linear = linearNet('boundary', size, 2)
    const soft: ByteImages = { ...size, count: 3, data: new Uint8Array(2304).map(() => 90 + random.int(80)) }
    const logits = await linear.logits(toFloats(soft))
    const truth = predictedLabels(logits)
    // The boundary is a plane: its distance is the margin over the length of the margin's gradient.
    const { gradient } = await linear.gradient(toFloats(soft), {
      kind: 'margin',
      labels: truth,
      targeted: false,
      confidence: 0,
    })
    const params = { iterations: 200, searches: 9, constant: 0.01, learningRate: 0.02 }
    const { results } = await run(params, { model: linear, images: soft, labels: truth })
    results.forEach(({ verdict, distances }, n) => {
      const margin = -gapOf(rowOf(logits, n), { label: truth[n]!, targeted: false })
      const length = Math.hypot(...sliceImages(gradient, n, n + 1).data)
      expect(verdict).toBe('fooled')
      // Rounding to 8 bits alone adds noise of sqrt(1/12) of a level a pixel.
      const floor = Math.sqrt(((255 * margin) / length) ** 2 + 768 / 12)
      expect(distances.l2).toBeLessThan(1.25 * floor)
      expect(distances.l2).toBeGreaterThan(0.85 * ((255 * margin) / length))
    })
  })

  it('changes an image by less than the least step along the gradient sign that fools', async () => {
    const { results } = await run({})
    for (const [n, { verdict, distances }] of results.entries()) {
      expect(verdict).toBe('fooled')
      for (let epsilon = 1; epsilon < 256; epsilon += 2) {
        const one = { images: sliceImages(images, n, n + 1), labels: [labels[n]!], attack: fgsm }
        const [sign] = (await runAttack({ ...one, params: { epsilon }, model: net, seed: '1' })).results
        if (sign!.verdict !== 'fooled') continue
        expect(distances.l2).toBeLessThan(sign!.distances.l2)
        break
      }
    }
  })

  it('is the same when a constant is added to all scores', async () => {
    const shifted = rescored(net, (logits) => ({ ...logits, data: logits.data.map((value) => value + 64) }))
    expect((await run({}, { model: shifted })).images).toEqual((await run({})).images)
  })

  it('moves pixels that are exactly black or white', async () => {
    const hard: ByteImages = { ...images, data: images.data.map((value) => (value < 128 ? 0 : 255)) }
    const truth = predictedLabels(await net.logits(toFloats(hard)))
    const outcome = await run({}, { images: hard, labels: truth })
    expect(outcome.results.every(({ verdict }) => verdict === 'fooled')).toBe(true)
    const moved = (from: number) =>
      hard.data.filter((value, i) => value === from && outcome.images.data[i] !== value).length
    expect(moved(0)).toBeGreaterThan(0)
    expect(moved(255)).toBeGreaterThan(0)
  })

  it('returns the clean image where it fails, and says so', async () => {
    const deaf = rescored(net, (logits) => ({
      ...logits,
      data: logits.data.map((_, i) => (i % 5 === labels[Math.floor(i / 5) % 4] ? 9 : 0)),
    }))
    const one = sliceImages(images, 0, 1)
    const outcome = await run({}, { model: deaf, images: one, labels: labels.slice(0, 1) })
    expect(outcome.images.data).toEqual(one.data)
    expect(outcome.results[0]).toMatchObject({ verdict: 'held', distances: { l0: 0, l2: 0 } })
  })

  it.each([0, 3])('leads by kappa = %d on the rounded image', async (confidence) => {
    const targets = labels.map((label) => (label + 1) % 5)
    for (const goals of [undefined, targets]) {
      const outcome = await run({ confidence }, { targets: goals })
      const logits = await net.logits(toFloats(outcome.images))
      outcome.results.forEach(({ verdict }, n) => {
        expect(verdict).toBe('fooled')
        const goal = { label: (goals ?? labels)[n]!, targeted: goals !== undefined }
        const gap = gapOf(rowOf(logits, n), goal)
        expect(gap).toBeGreaterThan(0)
        expect(gap).toBeGreaterThanOrEqual(confidence)
      })
    }
  })

  it('leaves images alone that are wrong from the start', async () => {
    const wrong = labels.map((label, n) => (n === 2 ? (label + 1) % 5 : label))
    const outcome = await run({}, { labels: wrong })
    expect(sliceImages(outcome.images, 2, 3).data).toEqual(sliceImages(images, 2, 3).data)
    expect(outcome.results[2]).toMatchObject({ verdict: 'wrong-from-start', gradients: 1, queries: 1 })
  })

  it('ends each image by itself, and takes every step when told to', async () => {
    const early = await run({ learningRate: 0.3 })
    expect(new Set(early.results.map(({ gradients }) => gradients)).size).toBeGreaterThan(1)
    const late = await run({ abortEarly: false, learningRate: 0.3 })
    for (const [n, { gradients }] of late.results.entries()) {
      expect(gradients).toBe(80 * 6)
      expect(gradients).toBeGreaterThanOrEqual(early.results[n]!.gradients)
    }
  })
})
