import { describe, expect, it } from 'vitest'
import { attackOf, type AttackId } from '#core/attacks/index'
import { gapOf } from '#core/attacks/goal'
import { runAttack, type AttackJob } from '#core/attacks/run'
import { predictedLabels, rowOf } from '#core/metrics/classification'
import { toFloats, type ByteImages } from '#core/tensor/Images'
import { norms } from '#core/tensor/norms'
import { Random } from '#core/tensor/Random'
import { tanhNet } from '../../support/analyticNets'

const spec = { channels: 1, height: 5, width: 4 }
const random = new Random('pgd')
const images: ByteImages = { ...spec, count: 6, data: new Uint8Array(120).map(() => random.int(256)) }
const net = tanhNet('p', spec, 6)

describe('projected gradient descent', async () => {
  const labels = predictedLabels(await net.logits(toFloats(images)))
  const run = (attack: AttackId, params: AttackJob['params'], over: Partial<AttackJob> = {}) =>
    runAttack({ attack: attackOf(attack), params, model: net, images, labels, seed: '1', ...over })
  const gaps = async (batch: ByteImages) => {
    const logits = await net.logits(toFloats(batch))
    return labels.map((label, n) => gapOf(rowOf(logits, n), { label, targeted: false }))
  }

  it.each([2, 8, 16])('is the basic iterative method without a random start, epsilon %d', async (epsilon) => {
    const steps = 11
    const ours = await run('pgd', { epsilon, alpha: 1, steps, randomStart: false })
    const bim = await run('bim', { epsilon, alpha: 1, steps })
    expect(ours.images).toEqual(bim.images)
    expect(ours.results).toEqual(bim.results)
  })

  it('goes as Adam goes when asked to: first along the signs, then further where the sign stays', async () => {
    const still = { epsilon: 200, alpha: 3, randomStart: false }
    const first = await run('pgd', { ...still, steps: 1, step: 'adam' })
    expect(first.images).toEqual((await run('pgd', { ...still, steps: 1 })).images)
    // Two steps by hand, from Kingma and Ba's algorithm 1.
    const x = toFloats(images).data
    const [mean, square] = [new Float64Array(120), new Float64Array(120)]
    for (const t of [1, 2]) {
      const loss = { kind: 'cross-entropy', labels } as const
      const { gradient } = await net.gradient({ ...images, data: x }, loss)
      gradient.data.forEach((slope, i) => {
        mean[i] = 0.9 * mean[i]! + 0.1 * slope
        square[i] = 0.999 * square[i]! + 0.001 * slope * slope
        const step = mean[i]! / (1 - 0.9 ** t) / (Math.sqrt(square[i]! / (1 - 0.999 ** t)) + 1e-12)
        x[i] = Math.min(1, Math.max(0, x[i]! + (3 / 255) * step))
      })
    }
    const second = await run('pgd', { ...still, steps: 2, step: 'adam' })
    second.images.data.forEach((level, i) => expect(Math.abs(level - x[i]! * 255)).toBeLessThan(0.51))
    const short = { radius: 60, steps: 20, step: 'adam' }
    const { results } = await run('pgdL2', short)
    for (const { distances } of results) expect(distances.l2).toBeLessThanOrEqual(60)
    expect(results.filter(({ verdict }) => verdict === 'fooled').length).toBeGreaterThan(0)
  })

  it.each(['pgd', 'pgdL2'] as const)('%s starts somewhere else for each seed and image', async (attack) => {
    const still = { [attack === 'pgd' ? 'epsilon' : 'radius']: 20, steps: 1, alpha: 1e-4 }
    const [a, b] = [await run(attack, still), await run(attack, still, { seed: '2' })]
    expect(a.images.data).not.toEqual(b.images.data)
    const alike: ByteImages = {
      ...images,
      data: new Uint8Array(120).map((_, i) => images.data[i % 20]!),
    }
    const { data } = (await run(attack, still, { images: alike, labels: labels.map(() => labels[0]!) }))
      .images
    expect(data.subarray(0, 20)).not.toEqual(data.subarray(20, 40))
  })

  it('fills the L2 ball and no more', async () => {
    const { images: ours } = await run('pgdL2', { radius: 60 })
    for (let n = 0; n < 6; n++) {
      const delta = Array.from({ length: 20 }, (_, i) => ours.data[n * 20 + i]! - images.data[n * 20 + i]!)
      expect(norms.l2.measure(delta)).toBeLessThanOrEqual(60)
      expect(norms.l2.measure(delta)).toBeGreaterThan(55)
    }
  })

  it('keeps the worst of its restarts, image by image', async () => {
    const params = { epsilon: 14, steps: 2, alpha: 2 }
    const counted = await Promise.all(
      [1, 2, 4, 8].map(async (restarts) => await run('pgd', { ...params, restarts })),
    )
    const found = await Promise.all(counted.map(({ images }) => gaps(images)))
    // The first restarts of a longer run are those of a shorter one.
    for (let n = 0; n < 6; n++) {
      for (let i = 1; i < 4; i++) expect(found[i]![n]).toBeGreaterThanOrEqual(found[i - 1]![n]!)
    }
    expect(found[3]).not.toEqual(found[0])
    expect(counted[3]!.results[0]).toMatchObject({ gradients: 16, queries: 8 })
  })

  it.each(['cross-entropy', 'margin'])('reaches the targets by %s', async (loss) => {
    const targets = labels.map((label) => (label + 1) % 6)
    for (const [attack, size] of [
      ['pgd', { epsilon: 90 }],
      ['pgdL2', { radius: 300 }],
    ] as const) {
      const { results } = await run(attack, { ...size, loss, restarts: 3 }, { targets })
      expect(results.map(({ adversarial }) => adversarial.top[0]!.label)).toEqual(targets)
      expect(results.every(({ verdict }) => verdict === 'fooled')).toBe(true)
    }
  })

  it('leaves the true class by the margin', async () => {
    const { images: ours } = await run('pgd', { epsilon: 40, loss: 'margin' })
    expect((await gaps(ours)).every((gap) => gap > 0)).toBe(true)
  })

  it('accumulates the gradient as Dong does', async () => {
    const [epsilon, alpha, decay, steps] = [30, 4, 0.9, 6]
    const ours = await run('pgd', { epsilon, alpha, steps, momentum: decay, randomStart: false })
    const [x, g] = [Array.from(images.data), new Array<number>(120).fill(0)]
    for (let step = 0; step < steps; step++) {
      const floats = { ...images, data: Float32Array.from(x, (value) => value / 255) }
      const { gradient } = await net.gradient(floats, { kind: 'cross-entropy', labels })
      for (let n = 0; n < 6; n++) {
        const length = norms.l1.measure(gradient.data.subarray(n * 20, n * 20 + 20))
        for (let i = n * 20; i < n * 20 + 20; i++) {
          g[i] = decay * g[i]! + gradient.data[i]! / length
          const [low, high] = [
            Math.max(0, images.data[i]! - epsilon),
            Math.min(255, images.data[i]! + epsilon),
          ]
          x[i] = Math.min(high, Math.max(low, x[i]! + alpha * Math.sign(g[i]!)))
        }
      }
    }
    expect(Array.from(ours.images.data)).toEqual(x)
    const plain = await run('pgd', { epsilon, alpha, steps, randomStart: false })
    expect(plain.images.data).not.toEqual(ours.images.data)
  })
})
