import { describe, expect, it } from 'vitest'
import { onePixel } from '#core/attacks/onePixel'
import { runAttack, type AttackJob } from '#core/attacks/run'
import { predictedLabels, rowOf, softmax } from '#core/metrics/classification'
import { toFloats, type ByteImages } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { linearNet } from '../../support/analyticNets'
import { CountedModel } from '../../support/CountedModel'

const spec = { channels: 3, height: 4, width: 3 }
const random = new Random('one pixel')
const images: ByteImages = { ...spec, count: 3, data: new Uint8Array(108).map(() => random.int(256)) }
const net = linearNet('1', spec, 5)

describe('the one-pixel attack', async () => {
  const labels = predictedLabels(await net.logits(toFloats(images)))
  const run = (params: AttackJob['params'], over: Partial<AttackJob> = {}) =>
    runAttack({ attack: onePixel, params, model: net, images, labels, seed: '1', ...over })
  const changedPixels = ({ data }: ByteImages, n: number): number => {
    const places = Array.from({ length: 36 }, (_, i) => n * 36 + i).filter((i) => data[i] !== images.data[i])
    return new Set(places.map((i) => i % 12)).size
  }
  const trueProbability = async (batch: ByteImages, n: number): Promise<number> =>
    softmax(rowOf(await net.logits(toFloats(batch)), n))[labels[n]!]!

  it.each([1, 3, 5])('changes at most %d pixels', async (pixels) => {
    const outcome = await run({ pixels, population: 30, generations: 20 })
    const counts = [0, 1, 2].map((n) => changedPixels(outcome.images, n))
    expect(Math.max(...counts)).toBeLessThanOrEqual(pixels)
    expect(Math.min(...counts)).toBeGreaterThan(0)
  })

  it('finds the best pixel there is', async () => {
    const { images: ours, results } = await run({ population: 200, generations: 80 })
    for (const [n, label] of labels.entries()) {
      let least = 1
      // The scores are linear, so the least probability has every channel at an end of the range, or nearly so.
      for (let place = 0; place < 12; place++) {
        const tries: ByteImages = { ...spec, count: 8, data: new Uint8Array(8 * 36) }
        for (let corner = 0; corner < 8; corner++) {
          tries.data.set(images.data.subarray(n * 36, n * 36 + 36), corner * 36)
          for (let c = 0; c < 3; c++) tries.data[corner * 36 + c * 12 + place] = (corner >> c) & 1 ? 255 : 0
        }
        const logits = await net.logits(toFloats(tries))
        for (let corner = 0; corner < 8; corner++) {
          least = Math.min(least, softmax(rowOf(logits, corner))[label]!)
        }
      }
      // Below 5 % the search may end early.
      expect(await trueProbability(ours, n)).toBeLessThanOrEqual(Math.max(0.05, least + 0.01))
      expect(results[n]!.gradients).toBe(0)
    }
  })

  it('asks for the scores of each candidate once, and for nothing else', async () => {
    const model = new CountedModel(net)
    const params = { population: 20, generations: 7 }
    // A target that one pixel does not bring to 90 %.
    const targets = labels.map((label) => (label + 1) % 5)
    const { results } = await run(params, { model, targets })
    expect(model.gradientRows).toBe(0)
    expect(Math.max(...results.map(({ queries }) => queries))).toBe(20 * 8)
    for (const { queries } of results) expect(queries % 20).toBe(0)
  })

  it('ends early at 90 % of the target or 5 % of the truth', async () => {
    const far: AttackJob['params'] = { pixels: 12, population: 40, generations: 200 }
    const targets = labels.map((label) => (label + 2) % 5)
    const aimed = await run(far, { targets })
    const logits = await net.logits(toFloats(aimed.images))
    targets.forEach((target, n) => expect(softmax(rowOf(logits, n))[target]).toBeGreaterThan(0.9))
    const untargeted = await run(far)
    for (const n of [0, 1, 2]) expect(await trueProbability(untargeted.images, n)).toBeLessThan(0.05)
    for (const { queries } of [...aimed.results, ...untargeted.results])
      expect(queries).toBeLessThan(40 * 201)
  })

  it('draws more candidates than a batch holds in several', async () => {
    const wide = { channels: 3, height: 512, width: 512 }
    const sizes: number[] = []
    const flat = linearNet('flat', wide, 2)
    const model = Object.assign(Object.create(flat) as typeof flat, {
      input: wide,
      classes: ['a', 'b'],
      logits: (batch: { count: number; data: Float32Array }) => {
        sizes.push(batch.count)
        // Every row but for one pixel is the clean image, which is black.
        for (let n = 0; n < batch.count; n++) {
          const row = batch.data.subarray(n * 786432, (n + 1) * 786432)
          expect(row.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0)).toBeLessThanOrEqual(3)
        }
        const data = new Float32Array(batch.count * 2)
        return Promise.resolve({ data, count: batch.count, classes: 2 })
      },
    })
    const black: ByteImages = { ...wide, count: 1, data: new Uint8Array(786432) }
    await run({ population: 5, generations: 1 }, { model, images: black, labels: [0] })
    expect(sizes).toEqual([1, 2, 2, 1, 2, 2, 1, 1])
  })
})
