import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attackIds, attackOf, type AttackId } from '#core/attacks/index'
import { changesOf } from '#core/attacks/judge'
import { runAttack, type AttackProgress } from '#core/attacks/run'
import { summarize } from '#core/attacks/outcome'
import { predictedLabels } from '#core/metrics/classification'
import type { DifferentiableModel } from '#core/models/DifferentiableModel'
import { resolveParams } from '#core/paramValues'
import { sliceImages, toFloats, type ByteImages } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { openModel } from '#node/onnx/openModel'
import { linearNet, tanhNet } from '../../support/analyticNets'
import { CountedModel } from '../../support/CountedModel'
import { convNetBytes } from '../../support/onnxNets'
import { ReusingModel } from '../../support/ReusingModel'

const spec = { channels: 3, height: 6, width: 4 }
const classes = 8
const nets: {
  name: string
  make: () => DifferentiableModel | Promise<DifferentiableModel>
  epsilon: number
}[] = [
  { name: 'linear', make: () => linearNet('a', spec, classes), epsilon: 24 },
  { name: 'tanh', make: () => tanhNet('b', spec, classes), epsilon: 24 },
  { name: 'ONNX', make: convolutional, epsilon: 24 },
]

/** The engine's own kind of model: ReLU, max pooling, gradients from a built graph. */
async function convolutional(): Promise<DifferentiableModel> {
  const bytes = convNetBytes({ classes, size: [6, 4], channels: 4 })
  const { model } = await openModel(
    { bytes, name: 'net', hash: 'net', classes: undefined },
    { provider: 'cpu', threads: 1 },
  )
  return model
}

/** Images whose pixels fill the range, 0 and 255 among them, labelled as the net sees them. */
async function task(net: DifferentiableModel, count = 12) {
  const random = new Random('images')
  const data = new Uint8Array(count * 72).map(() =>
    Math.min(255, Math.max(0, Math.round(random.normal(128, 90)))),
  )
  const images: ByteImages = { ...spec, count, data }
  return { images, labels: predictedLabels(await net.logits(toFloats(images))) }
}

/** Other attacks' parameters for a strength like that of an epsilon, and few steps for all: the nets are small. */
const quick: Partial<Record<AttackId, (epsilon: number) => Record<string, number>>> = {
  pgd: (epsilon) => ({ epsilon, steps: 4, restarts: 2 }),
  pgdL2: (epsilon) => ({ radius: epsilon * Math.sqrt(72), steps: 4 }),
  onePixel: () => ({ pixels: 5, population: 12, generations: 12 }),
  carliniWagnerL2: () => ({ confidence: 2, iterations: 25, searches: 3, constant: 1, learningRate: 0.1 }),
  carliniWagnerL0: () => ({ confidence: 2, iterations: 25, gradients: 60, constant: 1, learningRate: 0.1 }),
  carliniWagnerLinf: () => ({ confidence: 2, iterations: 25, gradients: 60, constant: 1, learningRate: 0.1 }),
  szegedy: () => ({ searches: 4, iterations: 15 }),
  gaussianNoise: (epsilon) => ({ deviation: epsilon }),
}

const paramsOf = (id: AttackId, epsilon: number): Record<string, number> =>
  quick[id]?.(epsilon) ?? ('epsilon' in attackOf(id).params ? { epsilon } : {})

describe.each(nets)('attacks on the $name net', ({ make, epsilon }) => {
  let net: DifferentiableModel
  beforeAll(async () => {
    net = await make()
  })
  afterAll(() => net[Symbol.asyncDispose]())

  describe.each(attackIds)('%s', (id) => {
    const attack = attackOf(id)
    const params = paramsOf(id, epsilon)
    const run = async (
      over: Partial<Parameters<typeof runAttack>[0]> = {},
      signal?: { aborted: boolean },
    ) => {
      const model = new CountedModel(net)
      const job = { attack, model, params, seed: 's', ...(await task(model)), ...over }
      return { model, outcome: await runAttack(job, { signal }), job }
    }

    it.each(attack.bound ? [0, 0.7, 1, epsilon] : [epsilon])(
      'stays within epsilon %d and the pixel range, exactly',
      async (bound) => {
        const { outcome, job } = await run({ params: paramsOf(id, bound), batch: 5 })
        const limit = attack.bound?.(resolveParams(id, attack.params, paramsOf(id, bound)) as never)
        outcome.results.forEach((result, n) => {
          const [ours, clean] = [sliceImages(outcome.images, n, n + 1), sliceImages(job.images, n, n + 1)]
          expect(result.distances).toEqual(changesOf(ours.data, clean.data, job.images.channels).distances)
          if (limit)
            expect(
              limit.norm.measure(ours.data.map((v, i) => Math.abs(v - clean.data[i]!))),
            ).toBeLessThanOrEqual(limit.radius)
        })
        expect(outcome.images.data).toBeInstanceOf(Uint8Array)
        expect(outcome.images.data.length).toBe(job.images.data.length)
      },
    )

    it('judges the 8-bit images', async () => {
      const { outcome, model } = await run()
      const labels = predictedLabels(await model.logits(toFloats(outcome.images)))
      expect(outcome.results.map(({ adversarial }) => adversarial.top[0]!.label)).toEqual(labels)
    })

    it('gives the same bytes for a seed', async () => {
      const [a, b] = [await run(), await run()]
      expect(a.outcome).toEqual(b.outcome)
    })

    if (attack.access === 'gradient') {
      it('looks at no gradient once it has asked for the next', async () => {
        const { outcome } = await run({ model: new ReusingModel(net) })
        expect(outcome).toEqual((await run()).outcome)
      })
    }

    it('gives an image the same result alone and in any batch', async () => {
      const { outcome, job } = await run({ batch: 12 })
      for (const batch of [1, 5]) expect((await run({ batch })).outcome).toEqual(outcome)
      const alone = await run({
        images: sliceImages(job.images, 7, 8),
        labels: [job.labels[7]!],
        keys: ['7'],
      })
      expect(alone.outcome.images.data).toEqual(sliceImages(outcome.images, 7, 8).data)
    })

    it('leaves the clean images as they are', async () => {
      const { job } = await run()
      expect(job.images).toEqual((await task(net)).images)
    })

    it('counts every gradient and query', async () => {
      const { outcome, model } = await run()
      const sum = (key: 'gradients' | 'queries'): number =>
        outcome.results.reduce((total, result) => total + result[key], 0)
      expect(model.gradientRows).toBe(sum('gradients'))
      // Labelling, and the runner's judgement before and after, are not the attack's own; what held is judged unrounded too.
      // Scores of the clean images that come with the attack's first gradient are not asked for again.
      const passes = attack.startsClean ? 2 : 3
      const judged = model.logitRows - sum('queries') - passes * outcome.results.length
      const held = outcome.results.filter(({ verdict }) => verdict === 'held').length
      expect(judged).toBeGreaterThanOrEqual(0)
      expect(judged).toBeLessThanOrEqual(held)
    })

    it('tells how far it is', async () => {
      const seen: AttackProgress[] = []
      const model = new CountedModel(net)
      const job = { attack, model, params, seed: 's', batch: 5, ...(await task(model)) }
      await runAttack(job, { onProgress: (progress) => seen.push(progress) })
      const fractions = seen.map(({ fraction }) => fraction)
      expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
      expect(seen[0]).toEqual({ done: 0, total: 12, fraction: 0 })
      expect(seen.at(-1)).toEqual({ done: 12, total: 12, fraction: 1 })
    })

    it('stops at a cancel, before it starts and in the middle', async () => {
      await expect(run({}, { aborted: true })).rejects.toMatchObject({ code: 'cancelled' })
      const signal = { aborted: false }
      const model = new CountedModel(net)
      const job = { attack, model, params, seed: 's', batch: 4, ...(await task(model)) }
      const running = runAttack(job, {
        signal,
        onProgress: ({ done }) => {
          if (done >= 4) signal.aborted = true
        },
      })
      await expect(running).rejects.toMatchObject({ code: 'cancelled' })
      const { model: whole } = await run({ batch: 4 })
      const rows = ({ logitRows, gradientRows }: CountedModel) => logitRows + gradientRows
      expect(rows(model)).toBeLessThan(0.75 * rows(whole))
    })

    it('moves the loss the right way and beats noise of the same size', async ({ skip }) => {
      skip(attack.access === 'none', 'a control is noise itself')
      const { outcome, model, job } = await run()
      const noise = await run({ attack: attackOf('uniformNoise'), params: { epsilon } })
      const confidence = async (images: ByteImages, labels: readonly number[]): Promise<number> => {
        const { loss } = await model.gradient(toFloats(images), { kind: 'cross-entropy', labels })
        return loss.reduce((sum, value) => sum - value, 0)
      }
      const targets = outcome.results.flatMap(({ target }) => target ?? [])
      if (targets.length > 0) {
        expect(await confidence(outcome.images, targets)).toBeGreaterThan(
          await confidence(noise.outcome.images, targets),
        )
        expect(await confidence(outcome.images, targets)).toBeGreaterThan(
          await confidence(job.images, targets),
        )
      } else {
        expect(await confidence(outcome.images, job.labels)).toBeLessThan(
          await confidence(noise.outcome.images, job.labels),
        )
        expect(await confidence(outcome.images, job.labels)).toBeLessThan(
          await confidence(job.images, job.labels),
        )
      }
      const [ours, blind] = [summarize(outcome.results), summarize(noise.outcome.results)]
      expect(ours.wrongFromStart).toBe(0)
      expect(ours.fooled).toBeGreaterThan(blind.fooled)
    })
  })
})
