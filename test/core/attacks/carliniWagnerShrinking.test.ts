import { describe, expect, it } from 'vitest'
import { carliniWagnerL0 } from '#core/attacks/carliniWagnerL0'
import { carliniWagnerL2 } from '#core/attacks/carliniWagnerL2'
import { carliniWagnerLinf } from '#core/attacks/carliniWagnerLinf'
import { bim } from '#core/attacks/bim'
import { gapOf } from '#core/attacks/goal'
import { runAttack, type AttackJob } from '#core/attacks/run'
import { predictedLabels, rowOf } from '#core/metrics/classification'
import { sliceImages, toFloats, type ByteImages } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { linearNet, tanhNet } from '../../support/analyticNets'
import { rescored } from '../../support/rescored'

const spec = { channels: 3, height: 6, width: 6 }
const size = 108
const random = new Random('shrinking')
const images: ByteImages = { ...spec, count: 3, data: new Uint8Array(3 * size).map(() => random.int(256)) }
const net = tanhNet('cw', spec, 5)
const fast = { gradients: 400, constant: 0.1, learningRate: 0.1 }
const both = [carliniWagnerL0, carliniWagnerLinf] as const

describe('Carlini and Wagner by shrinking sets and thresholds', async () => {
  const labels = predictedLabels(await net.logits(toFloats(images)))
  const run = (
    attack: AttackJob['attack'],
    params: AttackJob['params'] = {},
    over: Partial<AttackJob> = {},
  ) => runAttack({ attack, params: { ...fast, ...params }, model: net, images, labels, seed: '1', ...over })

  it('comes close to the fewest values and the least change on a linear boundary', async () => {
    const linear = linearNet('boundary', spec, 2)
    const logits = await linear.logits(toFloats(images))
    const truth = predictedLabels(logits)
    const { gradient } = await linear.gradient(toFloats(images), {
      kind: 'margin',
      labels: truth,
      targeted: false,
      confidence: 0,
    })
    const over = { model: linear, labels: truth }
    const fewest = await run(carliniWagnerL0, { channels: 'apart' }, over)
    const least = await run(carliniWagnerLinf, {}, over)
    for (let n = 0; n < images.count; n++) {
      const margin = -gapOf(rowOf(logits, n), { label: truth[n]!, targeted: false })
      // What each value can take off the margin when it goes as far as it can, or by so many levels.
      const slopes = sliceImages(gradient, n, n + 1).data
      const gains = (levels: number): number[] =>
        Array.from(sliceImages(images, n, n + 1).data, (value, i) => {
          const room = slopes[i]! > 0 ? value : 255 - value
          return (Math.abs(slopes[i]!) * Math.min(room, levels)) / 255
        })
      const sorted = gains(255).sort((a, b) => b - a)
      let [count, sum] = [0, 0]
      while (sum <= margin) sum += sorted[count++]!
      expect(fewest.results[n]!.verdict).toBe('fooled')
      expect(fewest.results[n]!.distances.l0).toBeGreaterThanOrEqual(count)
      expect(fewest.results[n]!.distances.l0).toBeLessThanOrEqual(count + 2)
      let levels = 1
      while (gains(levels).reduce((a, b) => a + b, 0) <= margin) levels++
      expect(least.results[n]!.verdict).toBe('fooled')
      expect(least.results[n]!.distances.linf).toBeGreaterThanOrEqual(levels)
      expect(least.results[n]!.distances.linf).toBeLessThanOrEqual(levels + 1)
    }
  })

  it('changes fewer pixels than the L2 attack, and each less than the signs of the gradient', async () => {
    const pixels = (one: ByteImages, n: number): number =>
      Array.from({ length: 36 }, (_, i) =>
        [0, 36, 72].some((c) => one.data[n * size + c + i] !== images.data[n * size + c + i]),
      ).filter(Boolean).length
    const [few, near, even] = [
      await run(carliniWagnerL0),
      await runAttack({
        attack: carliniWagnerL2,
        params: { iterations: 80, searches: 6, constant: 0.1, learningRate: 0.05 },
        model: net,
        images,
        labels,
        seed: '1',
      }),
      await run(carliniWagnerLinf),
    ]
    for (let n = 0; n < images.count; n++) {
      expect(few.results[n]!.verdict).toBe('fooled')
      expect(pixels(few.images, n)).toBeLessThan(0.5 * pixels(near.images, n))
      expect(even.results[n]!.verdict).toBe('fooled')
      for (let epsilon = 1; epsilon < 256; epsilon++) {
        const one = { images: sliceImages(images, n, n + 1), labels: [labels[n]!] }
        const params = { epsilon, steps: 20 }
        const [sign] = (await runAttack({ ...one, attack: bim, params, model: net, seed: '1' })).results
        if (sign!.verdict !== 'fooled') continue
        expect(even.results[n]!.distances.linf).toBeLessThanOrEqual(sign!.distances.linf)
        break
      }
    }
  })

  describe.each(both)('$id', (attack) => {
    it('is the same when a constant is added to all scores', async () => {
      const shifted = rescored(net, (logits) => ({ ...logits, data: logits.data.map((value) => value + 64) }))
      const short = { gradients: 120 }
      expect((await run(attack, short, { model: shifted })).images).toEqual((await run(attack, short)).images)
    })

    it('moves pixels that are exactly black or white', async () => {
      const hard: ByteImages = { ...images, data: images.data.map((value) => (value < 128 ? 0 : 255)) }
      const truth = predictedLabels(await net.logits(toFloats(hard)))
      const outcome = await run(attack, {}, { images: hard, labels: truth })
      expect(outcome.results.every(({ verdict }) => verdict === 'fooled')).toBe(true)
      for (const from of [0, 255]) {
        expect(hard.data.some((value, i) => value === from && outcome.images.data[i] !== value)).toBe(true)
      }
    })

    it('returns the clean image where it fails, and says so', async () => {
      const deaf = rescored(net, (logits) => ({
        ...logits,
        data: logits.data.map((_, i) => (i % 5 === labels[Math.floor(i / 5) % 3] ? 9 : 0)),
      }))
      const one = sliceImages(images, 0, 1)
      const outcome = await run(attack, {}, { model: deaf, images: one, labels: labels.slice(0, 1) })
      expect(outcome.images.data).toEqual(one.data)
      expect(outcome.results[0]).toMatchObject({ verdict: 'held', distances: { l0: 0, l2: 0 } })
    })

    it('reaches targets, leads by kappa, and costs no more gradients than it may', async () => {
      const targets = labels.map((label) => (label + 1) % 5)
      const outcome = await run(attack, { confidence: 1.5, gradients: 150 }, { targets })
      const logits = await net.logits(toFloats(outcome.images))
      outcome.results.forEach(({ verdict, gradients }, n) => {
        expect(verdict).toBe('fooled')
        expect(gapOf(rowOf(logits, n), { label: targets[n]!, targeted: true })).toBeGreaterThanOrEqual(1.5)
        expect(gradients).toBeLessThanOrEqual(150)
      })
    })

    it('leaves images alone that are wrong from the start', async () => {
      const wrong = labels.map((label, n) => (n === 2 ? (label + 1) % 5 : label))
      const outcome = await run(attack, { gradients: 50 }, { labels: wrong })
      expect(sliceImages(outcome.images, 2, 3).data).toEqual(sliceImages(images, 2, 3).data)
      expect(outcome.results[2]).toMatchObject({ verdict: 'wrong-from-start', gradients: 1, queries: 1 })
    })
  })
})
