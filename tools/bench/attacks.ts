import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { attackIds, attackOf, type AttackId } from '#core/attacks/index'
import { runAttack } from '#core/attacks/run'
import { predictedLabels } from '#core/metrics/classification'
import type { DifferentiableModel, GradientResult, Loss } from '#core/models/DifferentiableModel'
import { inceptionV3 } from '#core/onnx/nets/inceptionV3'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { writeModel } from '#core/onnx/writeModel'
import {
  pixelsPerImage,
  sliceImages,
  toFloats,
  type ByteImages,
  type Images,
  type Logits,
} from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { signsNet } from '#core/training/nets/signsNet'
import type { ModelSource } from '#lab/ports/Engine'
import { projectFolder } from '#node/lab/projectFolder'
import { readModelFile } from '#node/onnx/modelFile'
import { openModel } from '#node/onnx/openModel'
import { median, type Row } from './table'

const usualTurns = 5

/** Batches of a run, since a user's runs have many: arrays are made for the first and serve the others. */
const usualBatches = 3

/** The slow ones take one batch, which then weighs too much rather than too little; one pixel's is of fewer images. */
const slow: Readonly<Partial<Record<AttackId, { readonly images?: number }>>> = {
  onePixel: { images: 2 },
  carliniWagnerL2: {},
  carliniWagnerL0: {},
  szegedy: {},
  jsma: {},
}

/**
 * Few steps: the share of the attack's own work hardly depends on how many there are. What is done once for a batch weighs more
 * with few of them, so that these figures are rather too high than too low.
 */
const params: Readonly<Partial<Record<AttackId, Readonly<Record<string, number | string>>>>> = {
  fgsm: { epsilon: 8 },
  bim: { epsilon: 8 },
  leastLikely: { epsilon: 8 },
  pgd: { epsilon: 8, steps: 10 },
  pgdL2: { steps: 10 },
  onePixel: { population: 100, generations: 4 },
  carliniWagnerL2: { iterations: 15, searches: 2, constant: 1 },
  carliniWagnerL0: { gradients: 30 },
  carliniWagnerLinf: { gradients: 30 },
  szegedy: { searches: 2, iterations: 15 },
  jsma: { distortion: 0.2 },
}

/**
 * A model that adds up the time its runs take: every call at the size it has, gradients and queries each at their own price,
 * warm as the attack finds them.
 */
class TimedModel implements DifferentiableModel {
  readonly id
  readonly input
  readonly classes
  spent = 0
  readonly #model: DifferentiableModel

  constructor(model: DifferentiableModel) {
    this.#model = model
    this.id = model.id
    this.input = model.input
    this.classes = model.classes
  }

  logits(images: Images): Promise<Logits> {
    return this.#timed(() => this.#model.logits(images))
  }

  gradient(images: Images, loss: Loss): Promise<GradientResult> {
    return this.#timed(() => this.#model.gradient(images, loss))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#model[Symbol.asyncDispose]()
  }

  async #timed<R>(run: () => Promise<R>): Promise<R> {
    const start = performance.now()
    const result = await run()
    this.spent += performance.now() - start
    return result
  }
}

export interface AttackBench {
  /** Another net than the usual ones, as a file. */
  readonly model?: string | undefined
  readonly batch?: number | undefined
  /** Threads of the model; the attack's own work has one. By default as many as the machine has. */
  readonly threads?: number | undefined
  readonly attacks?: readonly AttackId[] | undefined
  /** How often each attack is timed. */
  readonly turns?: number | undefined
}

/**
 * For each model and attack: all of the attack's own work (update rule, bounds, rounding, counting, judging but for the model's
 * part in it) over the time of the model's runs that it asked for, by the clock; and the time an image takes. The attacks take
 * turns, so that a busy machine slows all of them.
 */
export async function benchAttacks(options: AttackBench = {}): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const each of cases(options)) rows.push(...(await measure(each, options)))
  return rows
}

async function measure(
  { name, source, batch, attacks }: Case,
  { threads, turns: repeats = usualTurns }: AttackBench,
): Promise<Row[]> {
  const file = await readModelFile(source)
  const opened = await openModel(file, { provider: 'cpu', ...(threads === undefined ? {} : { threads }) })
  await using model = new TimedModel(opened.model)
  const most = usualBatches * batch
  const images = noise(most, model)
  const labels: number[] = []
  for (let start = 0; start < most; start += batch) {
    const part = sliceImages(images, start, start + batch)
    labels.push(...predictedLabels(await model.logits(toFloats(part))))
  }
  const turns = new Map(attacks.map((id) => [id, { shares: [] as number[], times: [] as number[] }]))
  // The first turn makes the sessions and is not counted.
  for (let turn = 0; turn <= repeats; turn++) {
    for (const [id, { shares, times }] of turns) {
      const count = Object.hasOwn(slow, id) ? Math.min(slow[id]!.images ?? batch, batch) : most
      model.spent = 0
      const start = performance.now()
      await runAttack({
        attack: attackOf(id),
        model,
        params: params[id] ?? {},
        images: sliceImages(images, 0, count),
        labels: labels.slice(0, count),
        seed: 'bench',
        batch,
      })
      const total = performance.now() - start
      if (turn === 0) continue
      shares.push((100 * (total - model.spent)) / model.spent)
      times.push(total / count)
    }
  }
  return [...turns].flatMap(([id, { shares, times }]): Row[] => [
    {
      name: `${name}, ${id}: own time over model time`,
      value: median(shares),
      unit: '%',
      reference: 'at most 10 %',
    },
    {
      name: `${name}, ${id}`,
      value: median(times),
      unit: 'ms an image',
      note: `batch ${batch}, threads ${opened.info.threads}`,
    },
  ])
}

interface Case {
  readonly name: string
  readonly source: ModelSource
  readonly batch: number
  readonly attacks: readonly AttackId[]
}

/** Without a model: the embedded net, which is so small that an attack's own work shows, and a large one with random weights. */
function cases({ model, batch, attacks }: AttackBench): readonly Case[] {
  const all = attacks ?? attackIds.filter((id) => Object.hasOwn(params, id))
  if (model !== undefined) {
    return [{ name: basename(model), source: { kind: 'file', path: model }, batch: batch ?? 8, attacks: all }]
  }
  const random = new Random('bench')
  const signs = join(projectFolder(), 'assets', 'models', 'signs.onnx')
  const bytes = (graph: OnnxGraph, name: string): ModelSource => ({
    kind: 'bytes',
    bytes: writeModel(graph),
    name,
  })
  return [
    {
      name: 'road sign net 128',
      source: existsSync(signs) ? { kind: 'file', path: signs } : bytes(signsNet(50, random), 'signs'),
      batch: batch ?? 16,
      attacks: all,
    },
    {
      name: 'Inception v3 299',
      source: bytes(inceptionV3(random), 'inception'),
      batch: 2,
      attacks: (['bim', 'carliniWagnerL2'] as const).filter((id) => all.includes(id)),
    },
  ]
}

function noise(count: number, { input }: DifferentiableModel): ByteImages {
  const random = new Random('bench images')
  return { ...input, count, data: new Uint8Array(count * pixelsPerImage(input)).map(() => random.int(256)) }
}
