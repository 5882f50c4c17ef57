import { attackIds, attackOf, type AttackId } from '#core/attacks/index'
import { runAttack } from '#core/attacks/run'
import { predictedLabels } from '#core/metrics/classification'
import type { DifferentiableModel, GradientResult, Loss } from '#core/models/DifferentiableModel'
import { inceptionV3 } from '#core/onnx/nets/inceptionV3'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { writeModel } from '#core/onnx/writeModel'
import { pixelsPerImage, toFloats, type ByteImages, type Images, type Logits } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { signsNet } from '#core/training/nets/signsNet'
import { readModelFile } from '#node/onnx/modelFile'
import { openModel } from '#node/onnx/openModel'
import { median, type Row } from './table'

const repeats = 3

/** Few steps: overhead is a share, and does not depend on how many there are. */
const params: Readonly<Partial<Record<AttackId, Readonly<Record<string, number | string>>>>> = {
  fgsm: { epsilon: 8 },
  bim: { epsilon: 8 },
  leastLikely: { epsilon: 8 },
  pgd: { epsilon: 8, steps: 10 },
  pgdL2: { steps: 10 },
  onePixel: { generations: 4 },
  carliniWagnerL2: { iterations: 15, searches: 2, constant: 1 },
  carliniWagnerL0: { gradients: 30 },
  carliniWagnerLinf: { gradients: 30 },
  szegedy: { searches: 2, iterations: 15 },
  jsma: { distortion: 0.2 },
}

/** Processor time of this process in ms: unlike the clock it does not count what other programs take from it. */
function processorTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** A model that adds up the time its runs take. */
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
    const start = processorTime()
    const result = await run()
    this.spent += processorTime() - start
    return result
  }
}

/**
 * For each model and attack, on one thread in processor time: all of the attack's own work (update rule, bounds, rounding, judging) over the time of the
 * model's runs that it asked for, and the time an image takes.
 */
export async function benchAttacks(): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const { name, graph, batch, attacks } of cases()) {
    const file = await readModelFile({ kind: 'bytes', bytes: writeModel(graph), name })
    const { model: opened } = await openModel(file, { provider: 'cpu', threads: 1 })
    await using model = new TimedModel(opened)
    const images = noise(batch, model)
    const labels = predictedLabels(await model.logits(toFloats(images)))
    for (const id of attacks) {
      const shares: number[] = []
      const times: number[] = []
      // The first run makes the session and is not counted.
      for (let run = 0; run <= repeats; run++) {
        model.spent = 0
        const start = processorTime()
        await runAttack({
          attack: attackOf(id),
          model,
          params: params[id] ?? {},
          images,
          labels,
          seed: 'bench',
          batch,
        })
        const total = processorTime() - start
        if (run === 0) continue
        shares.push((100 * (total - model.spent)) / model.spent)
        times.push(total / batch)
      }
      rows.push(
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
          note: `batch ${batch}`,
        },
      )
    }
  }
  return rows
}

interface Case {
  readonly name: string
  readonly graph: OnnxGraph
  readonly batch: number
  readonly attacks: readonly AttackId[]
}

/** Random weights: time does not depend on them. */
function cases(): readonly Case[] {
  const random = new Random('bench')
  return [
    {
      name: 'road sign net 128',
      graph: signsNet(50, random),
      batch: 8,
      attacks: attackIds.filter((id) => Object.hasOwn(params, id)),
    },
    { name: 'Inception v3 299', graph: inceptionV3(random), batch: 2, attacks: ['bim', 'carliniWagnerL2'] },
  ]
}

function noise(count: number, { input }: DifferentiableModel): ByteImages {
  const random = new Random('bench images')
  return { ...input, count, data: new Uint8Array(count * pixelsPerImage(input)).map(() => random.int(256)) }
}
