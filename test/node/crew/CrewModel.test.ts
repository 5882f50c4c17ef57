import { join } from 'node:path'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AttackOutcome } from '#core/attacks/outcome'
import { attackOf } from '#core/attacks/index'
import { runAttack } from '#core/attacks/run'
import { predictedLabels } from '#core/metrics/classification'
import type { GradientResult, Loss } from '#core/models/DifferentiableModel'
import { concatImages, sliceImages, toFloats, type ByteImages, type Logits } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { CancelSource } from '#lab/CancelSource'
import { Crew } from '#node/crew/Crew'
import { CrewModel } from '#node/crew/CrewModel'
import type { PlainAttackJob } from '#node/crew/protocol'
import { cut } from '#node/crew/share'
import { Crews } from '#node/crew/Crews'
import { GraphCache } from '#node/onnx/cache/GraphCache'
import { findModel, modelKey } from '#node/onnx/modelFile'
import { openModel } from '#node/onnx/openModel'
import { convNetBytes, type ConvNetOptions } from '../../support/onnxNets'
import { temporaryFolder } from '../../support/temporary'

const options = { provider: 'cpu', threads: 2 } as const
const random = new Random('images')
const some = (count: number): ByteImages => ({
  ...{ channels: 3, height: 12, width: 12, count },
  data: new Uint8Array(count * 432).map(() => random.int(256)),
})
const labelsOf = (count: number): number[] => Array.from({ length: count }, (_, i) => i % 10)
/** Sums are added up in another order for another number of images. */
const near = (found: Logits | GradientResult, expected: Logits | GradientResult): void => {
  const arrays = (result: Logits | GradientResult): Float32Array[] =>
    'loss' in result ? [result.loss, result.logits.data, result.gradient.data] : [result.data]
  for (const [i, array] of arrays(found).entries()) {
    const other = arrays(expected)[i]!
    expect(array).toHaveLength(other.length)
    const most = other.reduce((greatest, value) => Math.max(greatest, Math.abs(value)), 0)
    array.forEach((value, at) => {
      if (!(Math.abs(value - other[at]!) <= 1e-5 * most)) expect(value).toBe(other[at])
    })
  }
}
const open = (net?: ConvNetOptions) =>
  openModel({ bytes: convNetBytes(net), name: 'net', hash: 'h' }, options)

describe('a model on a crew of threads', () => {
  const crew = new Crew(2)
  let model: CrewModel
  let whole: Awaited<ReturnType<typeof open>>['model']
  beforeAll(async () => {
    const opened = await open()
    whole = opened.model
    model = new CrewModel(opened, crew, 0)
  })
  afterAll(async () => {
    await model[Symbol.asyncDispose]()
    await crew[Symbol.asyncDispose]()
  })

  const losses = (count: number): Loss[] => [
    { kind: 'cross-entropy', labels: labelsOf(count) },
    { kind: 'margin', labels: labelsOf(count), targeted: true, confidence: 2 },
    { kind: 'cotangent', cotangent: Float32Array.from({ length: 10 * count }, () => random.normal()) },
  ]

  it.each([1, 2, 3, 8])('gives %i images what one session gives them', async (count) => {
    const images = toFloats(some(count))
    near(await model.logits(images), await whole.logits(images))
    for (const loss of losses(count)) {
      near(await model.gradient(images, loss), await whole.gradient(images, loss))
    }
    expect(await model.activations(images, 'features')).toEqual(await whole.activations(images, 'features'))
  })

  it('answers calls at once without mixing them up', async () => {
    const asked = [5, 4, 4, 6].map((count) => toFloats(some(count)))
    const loss = (count: number): Loss => ({ kind: 'cross-entropy', labels: labelsOf(count) })
    const together = await Promise.all(asked.map((images) => model.gradient(images, loss(images.count))))
    for (const [i, images] of asked.entries()) {
      near(together[i]!, await whole.gradient(images, loss(images.count)))
    }
  })

  it('refuses what the model does not take before any thread hears of it', async () => {
    const images = toFloats(some(4))
    await expect(model.gradient(images, { kind: 'cross-entropy', labels: [1] })).rejects.toMatchObject({
      name: 'HalftoneError',
      message: expect.stringContaining('4') as string,
    })
    await expect(model.logits({ ...images, height: 6, width: 24 })).rejects.toMatchObject({
      code: 'shape-mismatch',
    })
  })

  it('takes models that are saved for one batch size', async () => {
    const fixed = await open({ batch: 3 })
    const shared = new CrewModel(fixed, crew, 0)
    for (const count of [2, 6, 7, 12]) {
      const images = toFloats(some(count))
      const loss = losses(count)[0]!
      near(await shared.gradient(images, loss), await fixed.model.gradient(images, loss))
    }
    await shared[Symbol.asyncDispose]()
  })

  it('leaves few images to one session', async () => {
    const apart = new Crew(2)
    const opened = await open()
    const careful = new CrewModel(opened, apart)
    const images = toFloats(some(8))
    expect(await careful.logits(images)).toEqual(await whole.logits(images))
    expect(apart.running()).toHaveLength(0)
    await careful[Symbol.asyncDispose]()
  })

  it('starts no more threads than there is work for, and one session where two images would not fit', async () => {
    await using wide = new Crew(4)
    const opened = await open()
    const shared = new CrewModel(opened, wide, 0)
    const images = some(6)
    const job = { attack: 'fgsm', images, labels: labelsOf(6), seed: 's' }
    await shared.attack({ ...job, images: some(3), labels: labelsOf(3) })
    expect(wide.running()).toHaveLength(3)
    expect((await shared.attack(job)).results).toHaveLength(6)
    expect(wide.running()).toHaveLength(4)
    await using apart = new Crew(4)
    const summary = { ...opened.summary, activationBytes: 3 * 2 ** 30 }
    const large = new CrewModel({ ...opened, summary }, apart, 0)
    near(await large.logits(toFloats(images)), await opened.model.logits(toFloats(images)))
    expect((await large.attack(job)).results).toHaveLength(6)
    expect(apart.running()).toHaveLength(0)
    await shared[Symbol.asyncDispose]()
  })

  it('runs a model in one session whose graphs would have to be copied too often', async () => {
    await using small = new Crew(2, 1000)
    const opened = await open()
    const shared = new CrewModel(opened, small, 0)
    const images = some(4)
    near(await shared.logits(toFloats(images)), await opened.model.logits(toFloats(images)))
    const loss = losses(4)[0]!
    near(await shared.gradient(toFloats(images), loss), await opened.model.gradient(toFloats(images), loss))
    const job = { images, labels: labelsOf(4), seed: 's' }
    const fresh = new CrewModel(opened, small, 0)
    const alone = await runAttack({ ...job, attack: attackOf('fgsm'), model: opened.model })
    for (const model of [shared, fresh]) expect(await model.attack({ ...job, attack: 'fgsm' })).toEqual(alone)
    await fresh[Symbol.asyncDispose]()
  })

  it('tells of a lost thread and starts another for the next call', async () => {
    const images = toFloats(some(4))
    const before = await model.logits(images)
    const asking = model.logits(images)
    crew.members()[1]!.kill()
    await expect(asking).rejects.toMatchObject({ code: 'engine-lost' })
    expect(await model.logits(images)).toEqual(before)
  })

  describe('attacks', () => {
    const clean = some(11)
    let labels: number[]
    beforeAll(async () => {
      labels = predictedLabels(await whole.logits(toFloats(clean)))
    })
    const job = (attack: string, more: Partial<PlainAttackJob> = {}): PlainAttackJob => ({
      ...{ attack, images: clean, labels, seed: 's' },
      ...more,
    })

    it.each<[string, Partial<PlainAttackJob>]>([
      ['fgsm', { params: { epsilon: 4 } }],
      ['pgd', { params: { epsilon: 4, steps: 5, restarts: 2 }, batch: 3 }],
      ['pgd', { params: { steps: 4 }, keys: [...'abcdefghijk'], targets: labelsOf(11) }],
      ['uniformNoise', {}],
      ['carliniWagnerL2', { params: { iterations: 8, searches: 2 } }],
      ['onePixel', { params: { population: 12, generations: 3 }, batch: 4 }],
    ])('in parts as in one: %s %j', async (attack, more) => {
      // What each thread is to do, done here: the same images together, to the last bit.
      const { batch = 8, keys = [...Array(11).keys()].map(String), targets, ...rest } = job(attack, more)
      const outcomes: AttackOutcome[] = []
      for (const { start, end } of cut(11, 2, Math.floor(batch / 2))) {
        const images = sliceImages(clean, start, end)
        const given = targets && { targets: targets.slice(start, end) }
        const part = {
          ...rest,
          ...given,
          images,
          keys: keys.slice(start, end),
          labels: labels.slice(start, end),
        }
        outcomes.push(await runAttack({ ...part, attack: attackOf(attack), model: whole }))
      }
      const found = await model.attack(job(attack, more))
      expect(found.images).toEqual(concatImages(outcomes.map(({ images }) => images)))
      expect(found.results).toEqual(outcomes.flatMap(({ results }) => results))
      const { images: _, results: __, ...rest2 } = outcomes[0]!
      expect(found).toMatchObject(rest2)
      // Once more in the memory that the first run has left.
      expect(await model.attack(job(attack, more))).toEqual(found)
    })

    it('reports progress of all parts together', async () => {
      const seen: { done: number; total: number; fraction: number }[] = []
      await model.attack(job('bim', { params: { epsilon: 4 } }), {
        onProgress: (progress) => seen.push(progress),
      })
      expect(seen[0]).toEqual({ done: 0, total: 11, fraction: 0 })
      expect(seen.at(-1)).toEqual({ done: 11, total: 11, fraction: 1 })
      expect(seen.map(({ fraction }) => fraction)).toEqual(
        seen.map(({ fraction }) => fraction).sort((a, b) => a - b),
      )
      expect(new Set(seen.map(({ done }) => done)).size).toBeGreaterThan(3)
    })

    it('says how long images took when it is handed a clock', async () => {
      const { results } = await model.attack(job('fgsm'), { now: () => 0 })
      for (const { milliseconds } of results) expect(milliseconds).toBeGreaterThan(0)
      const untimed = await model.attack(job('fgsm'))
      expect(untimed.results[0]).not.toHaveProperty('milliseconds')
    })

    it('stops in all threads when it is cancelled, and goes on with the next', async () => {
      const cancel = new CancelSource()
      let heard = 0
      const running = model.attack(job('bim', { params: { epsilon: 8, steps: 100_000 } }), {
        signal: cancel.signal,
        onProgress: () => {
          if (++heard === 5) cancel.abort()
        },
      })
      await expect(running).rejects.toMatchObject({ code: 'cancelled' })
      await expect(model.attack(job('fgsm'), { signal: cancel.signal })).rejects.toMatchObject({
        code: 'cancelled',
      })
      expect((await model.attack(job('fgsm'))).results).toHaveLength(11)
    })

    it.each<[string, Partial<PlainAttackJob>, RegExp]>([
      ['labels', { labels: [1, 2] }, /11.*2/],
      ['targets', { targets: [99, ...labelsOf(10)] }, /99/],
      ['parameters', { params: { epsilon: -1 } }, /epsilon/],
      ['batch', { batch: 0 }, /whole number/],
    ])('tells of wrong %s as one session would', async (_, wrong, message) => {
      const { attack, ...rest } = job('pgd', wrong)
      const alone = await runAttack({ ...rest, attack: attackOf(attack), model: whole }).catch(
        (e: unknown) => e,
      )
      const ours = await model.attack(job('pgd', wrong)).catch((error: unknown) => error)
      expect(ours).toEqual(alone)
      expect((ours as Error).message).toMatch(message)
    })

    it('has no images to attack', async () => {
      const none = { ...clean, count: 0, data: new Uint8Array() }
      const outcome = await model.attack(job('fgsm', { images: none, labels: [] }))
      expect(outcome.results).toEqual([])
    })
  })
})

describe('the graphs of a crew', () => {
  it('come from the disk, also when what is there is damaged', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'net.onnx')
    await writeFile(path, convNetBytes())
    const images = toFloats(some(4))
    const cache = new GraphCache(join(folder, 'cache'))
    const logits = async () => {
      const crew = new Crew(2)
      const found = await findModel({ kind: 'file', path }, cache.hashes)
      const opened = await openModel(found, options, cache.entry(modelKey(found), found.name))
      const model = new CrewModel(opened, crew, 0)
      try {
        return await model.logits(images)
      } finally {
        await model[Symbol.asyncDispose]()
        await crew[Symbol.asyncDispose]()
      }
    }
    const built = await logits()
    const files = await readdir(join(folder, 'cache'), { recursive: true })
    const graph = join(
      folder,
      'cache',
      files.find((file) => file.endsWith('.onnx'))!,
    )
    const bytes = await readFile(graph)
    expect(await logits()).toEqual(built)
    await writeFile(graph, bytes.subarray(0, bytes.length / 2))
    expect(await logits()).toEqual(built)
  })
})

describe('the crews of a process', () => {
  it('share out what more than one thread of the CPU runs, and nothing else', async () => {
    await using crews = new Crews()
    const file = { bytes: convNetBytes(), name: 'net', hash: 'h' }
    const one = await crews.open(file, { provider: 'cpu', threads: 1 })
    expect(one).not.toHaveProperty('attack')
    const two = await crews.open(file, options)
    expect(two.info.threads).toBe(2)
    const images = some(4)
    const { results } = await two.attack!({ attack: 'fgsm', images, labels: labelsOf(4), seed: 's' }, {})
    expect(results).toHaveLength(4)
    await two.model[Symbol.asyncDispose]()
    await one.model[Symbol.asyncDispose]()
  })
})
