import { describe, expect, it } from 'vitest'
import { attackOf } from '#core/attacks/index'
import { runAttack } from '#core/attacks/run'
import { predictedLabels, rowOf, softmax } from '#core/metrics/classification'
import { effectIds, effectOf } from '#core/models/wrappers/effects'
import { ExpectationModel } from '#core/models/wrappers/ExpectationModel'
import { compose, withBackward, type ImageMap } from '#core/models/wrappers/ImageMap'
import { MappedModel } from '#core/models/wrappers/MappedModel'
import { blur } from '#core/models/wrappers/maps/blur'
import { pointwise } from '#core/models/wrappers/maps/pointwise'
import { printCamera } from '#core/models/wrappers/maps/printCamera'
import { throughWrappers } from '#core/models/wrappers/through'
import { sliceImages, toBytes, toFloats, type ByteImages, type Images } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import type { ThroughJpeg } from '#core/transforms/Transform'
import { tanhNet } from '../../../support/analyticNets'
import { CountedModel } from '../../../support/CountedModel'

const spec = { channels: 3, height: 7, width: 9 }
const size = 189
const random = new Random('wrappers')
const images: ByteImages = {
  ...spec,
  count: 3,
  data: new Uint8Array(3 * size).map(() => 40 + random.int(170)),
}
const net = tanhNet('w', spec, 5)
const jpeg: ThroughJpeg = (picture) => Promise.resolve(picture)
const labels = predictedLabels(await net.logits(toFloats(images)))
const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0)
const normal = (like: Images, scale: number): Images => ({
  ...like,
  data: like.data.map(() => random.normal(0, scale)),
})

describe('maps with a way back', () => {
  const exact = effectIds.filter((id) => effectOf(id).effect.gradient === 'exact')

  it.each(exact)('%s has the gradient of its own differences', async (id) => {
    const { effect, strength } = effectOf(id)
    const at = toFloats(images)
    const map = (): ImageMap => effect.draw(strength, new Random(`draw ${id}`), jpeg)
    const direction = normal(at, 1)
    const cotangent = normal(at, 1)
    const step = 1e-3
    const moved = (way: number): Images => ({
      ...at,
      data: at.data.map((v, i) => v + way * step * direction.data[i]!),
    })
    const [up, down, here] = [
      await map().apply(moved(1)),
      await map().apply(moved(-1)),
      await map().apply(at),
    ]
    const slope = (dot(cotangent.data, up.images.data) - dot(cotangent.data, down.images.data)) / (2 * step)
    const pulled = dot((await here.pull(cotangent)).data, direction.data)
    expect(Math.abs(pulled - slope)).toBeLessThan(0.01 * Math.hypot(...cotangent.data))
    expect(here.images.data.every((value) => value >= 0 && value <= 1)).toBe(true)
  })

  it('composes from the inside out', async () => {
    const half = pointwise('half', (pixel) => pixel / 2, 0.5)
    const more = pointwise('more', (pixel) => pixel + 0.1, 1)
    const mapped = await compose(more, half).apply(toFloats(images))
    const first = toFloats(images).data[0]!
    expect(mapped.images.data[0]).toBeCloseTo(first / 2 + 0.1, 6)
    expect((await mapped.pull(toFloats(images))).data[0]).toBeCloseTo(first / 2, 6)
  })
})

describe('BPDA', () => {
  const steps = {
    id: 'steps',
    forward: (batch: Images) =>
      Promise.resolve({ ...batch, data: batch.data.map((value) => Math.round(value * 4) / 4) }),
  }

  it('goes forward through the map and back through the identity or the substitute', async () => {
    const x = toFloats(images)
    const loss = { kind: 'cross-entropy', labels } as const
    const stepped = await steps.forward(x)
    const inner = await net.gradient(stepped, loss)
    const plain = await new MappedModel(net, withBackward(steps)).gradient(x, loss)
    expect(plain).toEqual(inner)
    const soft = await new MappedModel(net, withBackward(steps, blur(1))).gradient(x, loss)
    expect(soft.logits).toEqual(inner.logits)
    const { pull } = await blur(1).apply(x)
    expect(soft.gradient).toEqual(await pull(inner.gradient))
  })

  it('lets an attack through a defense whose own gradient is zero', async () => {
    const wall = new MappedModel(net, {
      id: 'wall',
      apply: async (batch) => ({
        images: await steps.forward(batch),
        pull: (c: Images) => Promise.resolve({ ...c, data: new Float32Array(c.data.length) }),
      }),
    })
    const open = new MappedModel(net, withBackward(steps))
    const truth = predictedLabels(await open.logits(toFloats(images)))
    const run = async (model: MappedModel): Promise<number> => {
      const job = {
        attack: attackOf('pgd'),
        params: { epsilon: 60, steps: 10, randomStart: false },
        images,
        labels: truth,
      }
      const { results } = await runAttack({ ...job, model, seed: '1' })
      return results.filter(({ verdict }) => verdict === 'fooled').length
    }
    expect(await run(wall)).toBe(0)
    expect(await run(open)).toBeGreaterThan(0)
  })
})

describe('the expectation over transformations', () => {
  const noise = (strength: number) => (random: Random) =>
    effectOf('noise', strength).effect.draw(strength, random, jpeg)
  const x = toFloats(images)

  it('is the mean over its draws', async () => {
    const seen: Images[] = []
    const kept = (random: Random): ImageMap => {
      const map = noise(20)(random)
      return {
        id: map.id,
        apply: async (batch) => {
          const mapped = await map.apply(batch)
          seen.push(mapped.images)
          return mapped
        },
      }
    }
    const model = new ExpectationModel(net, kept, { draws: 5, seed: '1', batch: 2 })
    const result = await model.gradient(x, { kind: 'cross-entropy', labels })
    const mean = new Float64Array(size)
    const probabilities = new Float64Array(5)
    for (const one of seen.slice(0, 5)) {
      const part = await net.gradient(one, { kind: 'cross-entropy', labels: [labels[0]!] })
      part.gradient.data.forEach((value, i) => (mean[i]! += value / 5))
      softmax(rowOf(part.logits, 0)).forEach((value, i) => (probabilities[i]! += value / 5))
    }
    expect(seen.length).toBe(15)
    // No two draws are the same.
    expect(new Set(seen.map(({ data }) => data[3])).size).toBe(15)
    mean.forEach((value, i) => expect(result.gradient.data[i]).toBeCloseTo(value, 5))
    const confidences = softmax(rowOf(result.logits, 0))
    probabilities.forEach((value, i) => expect(confidences[i]).toBeCloseTo(value, 5))
  })

  it('gives an image the same in any batch, and counts what it costs', async () => {
    const counted = new CountedModel(net)
    const model = new ExpectationModel(counted, noise(20), { draws: 4, seed: '1' })
    const all = await model.gradient(x, { kind: 'cross-entropy', labels })
    const alone = await model.gradient(sliceImages(x, 1, 2), { kind: 'cross-entropy', labels: [labels[1]!] })
    expect(alone.gradient.data).toEqual(sliceImages(all.gradient, 1, 2).data)
    expect(counted.gradientRows).toBe(16)
    const run = await runAttack({ attack: attackOf('fgsm'), params: {}, model, images, labels, seed: '1' })
    expect(run.results.map(({ gradients }) => gradients)).toEqual([4, 4, 4])
  })

  it('makes images that survive what they were made for, judged by draws that the attack has not seen', async () => {
    const through = {
      eot: {
        effects: [
          { name: 'noise', strength: 30 },
          { name: 'pose', strength: 8 },
        ],
        draws: 12,
      },
    }
    const wrapped = throughWrappers(net, through, { seed: '1', jpeg })
    const job = {
      attack: attackOf('pgd'),
      params: { epsilon: 24, steps: 12, randomStart: false },
      images,
      labels,
      seed: '1',
    }
    const robust = await runAttack({ ...job, ...wrapped })
    const plain = await runAttack({ ...job, model: net })
    const belief = async (batch: ByteImages): Promise<number> => {
      const logits = await wrapped.judge.logits(toFloats(batch))
      return labels.reduce((sum, label, i) => sum + softmax(rowOf(logits, i))[label]!, 0)
    }
    expect(await belief(robust.images)).toBeLessThan(await belief(plain.images))
    expect(await belief(robust.images)).toBeLessThan(0.5 * (await belief(images)))
    expect((await runAttack({ ...job, ...wrapped })).images).toEqual(robust.images)
  })
})

describe('reparameterization', () => {
  it('saves, measures and judges the image that the variable stands for', async () => {
    const wrapped = throughWrappers(net, { smooth: 0.8 }, { seed: '1', jpeg })
    const job = { attack: attackOf('pgd'), params: { epsilon: 40, steps: 10 }, images, labels, seed: '1' }
    const outcome = await runAttack({ ...job, ...wrapped })
    const answers = predictedLabels(await net.logits(toFloats(outcome.images)))
    outcome.results.forEach(({ adversarial, distances }, n) => {
      expect(adversarial.top[0]!.label).toBe(answers[n])
      const pair = [outcome.images, images].map((batch) => sliceImages(batch, n, n + 1).data)
      expect(distances.l0).toBe(pair[0]!.filter((value, i) => value !== pair[1]![i]).length)
    })
    expect(outcome.results.some(({ verdict }) => verdict === 'fooled')).toBe(true)
    // Blurring it once more hardly changes it: there is nothing finer in it.
    const detail = (batch: ByteImages): number => {
      const soft = toBytes(blur(0.8).filter(toFloats(batch))).data
      return soft.reduce((sum, value, i) => sum + Math.abs(value - batch.data[i]!), 0)
    }
    expect(detail(outcome.images)).toBeLessThan(0.5 * detail(images))
  })
})

describe('print and camera', () => {
  const size = { channels: 3, height: 32, width: 32 }
  const scene = (phase: number): Images => ({
    ...size,
    count: 1,
    data: Float32Array.from({ length: 3072 }, (_, i) => {
      const [c, y, x] = [Math.floor(i / 1024), Math.floor(i / 32) % 32, i % 32]
      return 0.5 + 0.2 * Math.sin(x / (3 + c)) + 0.15 * Math.cos(y / 3 + phase * c)
    }),
  })

  it('comes out where it went in, and its way back tells what the chain does', async () => {
    const x = scene(1)
    const other = scene(2.5)
    const delta = x.data.map((value, i) => 0.3 * (other.data[i]! - value))
    const chain = () => printCamera('careful hand', new Random('photo'))
    const [here, there] = [
      await chain().apply(x),
      await chain().apply({ ...x, data: x.data.map((value, i) => value + delta[i]!) }),
    ]
    const centred = (data: Float32Array): Float32Array => {
      const mean = data.reduce((a, b) => a + b, 0) / data.length
      return data.map((value) => value - mean)
    }
    const [a, b] = [centred(x.data), centred(here.images.data)]
    expect(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))).toBeGreaterThan(0.9)
    // What a change of the image did to the photo, beside what the way back says that it does.
    const response = there.images.data.map((value, i) => value - here.images.data[i]!)
    const told = dot((await here.pull({ ...x, data: response })).data, delta)
    expect(told / dot(response, response)).toBeGreaterThan(0.9)
    expect(told / dot(response, response)).toBeLessThan(1.1)
  })
})

describe('what is asked for', () => {
  it.each([
    [{ eot: { effects: [{ name: 'fog' }], draws: 4 } }, /no effect "fog". There are: brightness/],
    [{ eot: { effects: [{ name: 'blur', strength: 99 }], draws: 4 } }, /from 0 to 10, got 99/],
    [{ eot: { effects: [], draws: 4 } }, /at least one effect/],
    [{ bpda: { name: 'magic' } }, /no transformation "magic"/],
    [{ bpda: { name: 'jpeg', strength: 0 } }, /from 1 to 100, got 0/],
    [{ smooth: 0 }, /above 0/],
  ])('%j is refused', (through, message) => {
    expect(() => throughWrappers(net, through, { seed: '1', jpeg })).toThrow(message)
  })
})
