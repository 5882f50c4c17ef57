import { describe, expect, it } from 'vitest'
import type { Attack } from '#core/attacks/Attack'
import { roundImages } from '#core/attacks/bounds'
import { fgsm } from '#core/attacks/fgsm'
import { attackOf } from '#core/attacks/index'
import { summarize } from '#core/attacks/outcome'
import { runAttack } from '#core/attacks/run'
import type { DifferentiableModel, Loss } from '#core/models/DifferentiableModel'
import { toFloats, type ByteImages, type Images } from '#core/tensor/Images'
import { norms } from '#core/tensor/norms'
import { Random } from '#core/tensor/Random'
import { linearNet } from '../../support/analyticNets'

const spec = { channels: 1, height: 2, width: 3 }
const net = linearNet('r', spec, 4)
const images: ByteImages = { ...spec, count: 2, data: Uint8Array.from({ length: 12 }, (_, i) => i * 20) }
const job = { attack: fgsm, model: net, images, labels: [0, 1], seed: '1' }

describe('the attack runner', () => {
  it.each([
    ['labels that do not fit the images', { labels: [1] }, /2 labels, one per image, got 1/],
    ['a label that is no class', { labels: [0, 4] }, /0 to 3, got 4 for image 1/],
    ['half a label', { labels: [0, 0.5] }, /got 0.5/],
    ['targets that the attack does not take', { targets: [1, 1] }, /takes no targets/],
    ['an unknown parameter', { params: { eps: 3 } }, /no parameter "eps".*epsilon/],
    ['a parameter out of range', { params: { epsilon: 300 } }, /a number from 0 to 255 \/255, got 300/],
    ['a parameter of the wrong type', { params: { epsilon: '8' } }, /got "8"/],
    ['a batch of nothing', { batch: 0 }, /whole number of images, got 0/],
    ['too few keys', { keys: ['a'] }, /2 image keys, got 1/],
  ])('refuses %s', async (_, over, message) => {
    await expect(runAttack({ ...job, ...over })).rejects.toThrow(message)
  })

  it('refuses images of another size', async () => {
    const wide: ByteImages = { count: 2, channels: 1, height: 3, width: 2, data: images.data }
    await expect(runAttack({ ...job, images: wide })).rejects.toThrow(/takes images of 1x2x3 .*, got 1x3x2/)
  })

  it('names an attack that there is not', () => {
    expect(() => attackOf('nope')).toThrow(/"nope".*fgsm, bim, leastLikely/)
    expect(() => attackOf('toString')).toThrow(/There is no attack/)
  })

  it('takes no images at all', async () => {
    const none = { ...images, count: 0, data: new Uint8Array(0) }
    const outcome = await runAttack({ ...job, images: none, labels: [] })
    expect(outcome.results).toEqual([])
    expect(summarize(outcome.results).successRate).toBeNull()
  })

  it('says when a model answers with NaN instead of climbing it', async () => {
    const broken: DifferentiableModel = Object.assign(Object.create(net) as DifferentiableModel, {
      input: spec,
      classes: net.classes,
      logits: () => net.logits(toFloats(images)),
      gradient: async () => {
        const result = await net.gradient(toFloats(images), { kind: 'cross-entropy', labels: [0, 1] })
        result.gradient.data[5] = NaN
        return result
      },
    })
    await expect(runAttack({ ...job, model: broken })).rejects.toThrow(/not finite/)
  })

  it.each([
    [1, NaN],
    [2, NaN],
    [2, -Infinity],
    [4, NaN],
  ])('says so also where an attack looks by itself: gradient %i is %d somewhere', async (call, value) => {
    let calls = 0
    const broken: DifferentiableModel = Object.assign(Object.create(net) as DifferentiableModel, {
      input: spec,
      classes: net.classes,
      logits: (batch: Images) => net.logits(batch),
      gradient: async (batch: Images, loss: Loss) => {
        const result = await net.gradient(batch, loss)
        if (++calls === call) result.gradient.data[5] = value
        return result
      },
    })
    const attack = attackOf('szegedy')
    await expect(runAttack({ ...job, attack, params: {}, model: broken })).rejects.toThrow(/not finite/)
  })

  it('judges a targeted attack by its targets', async () => {
    // Moves to all 255 for image 0 and leaves image 1.
    const fixed: Attack = {
      ...fgsm,
      targets: 'optional',
      params: {},
      bound: () => ({ norm: norms.linf, radius: 255 }),
      async *run({ images: clean }) {
        yield await Promise.resolve({ step: 1, steps: 1 })
        return { ...clean, data: clean.data.map((value, i) => (i < 6 ? 1 : value)) }
      },
    }
    const clean = (await runAttack({ ...job, params: { epsilon: 0 } })).results.map(
      ({ adversarial }) => adversarial.top[0]!.label,
    )
    const moved = (await runAttack({ ...job, attack: fixed, params: {} })).results[0]!.adversarial.top[0]!
      .label
    const run = async (targets?: number[]) =>
      (await runAttack({ ...job, attack: fixed, params: {}, labels: clean, targets })).results.map(
        ({ verdict }) => verdict,
      )
    expect(moved).not.toBe(clean[0])
    const other = [0, 1, 2, 3].find((label) => label !== moved && label !== clean[0])!
    expect(await run([moved, 0])).toEqual(['fooled', clean[1] === 0 ? 'fooled' : 'held'])
    expect(await run([other, 0])).toEqual(['held', clean[1] === 0 ? 'fooled' : 'held'])
    expect(await run()).toEqual(['fooled', 'held'])
  })
})

describe('rounding', () => {
  const random = new Random('round')
  const clean: ByteImages = { ...spec, count: 50, data: new Uint8Array(300).map(() => random.int(256)) }
  const wild = {
    ...clean,
    data: Float32Array.from(clean.data, (value) => value / 255 + random.normal(0, 0.05)),
  }

  it.each([
    ['linf', 3],
    ['linf', 2.5],
    ['l2', 9.3],
    ['l2', 1],
    ['l1', 14.5],
    ['l0', 2],
  ] as const)('holds a bound of %s %d exactly', (id, radius) => {
    const rounded = roundImages(wild, clean, { norm: norms[id], radius })
    for (let n = 0; n < 50; n++) {
      const delta = Int16Array.from(
        { length: 6 },
        (_, i) => rounded.data[n * 6 + i]! - clean.data[n * 6 + i]!,
      )
      expect(norms[id].measure(delta)).toBeLessThanOrEqual(radius)
    }
    expect(rounded.data).not.toEqual(clean.data)
  })
})
