import { attackOf, type AttackId } from '#core/attacks/index'
import { runAttack } from '#core/attacks/run'
import { rowOf } from '#core/metrics/classification'
import type { DifferentiableModel } from '#core/models/DifferentiableModel'
import { Workroom } from '#core/simd/Workroom'
import { toFloats, type ByteImages, type Images, type Logits } from '#core/tensor/Images'

/** Images with the classes that PyTorch gives them. */
export interface Batch {
  readonly images: Images
  /** The same at 8 bits. */
  readonly bytes: ByteImages
  readonly labels: readonly number[]
}

/** What a run came to, to be compared with the other side's. */
export interface Outcome {
  /** Summed cross-entropy: of the images given, or of the attacked ones at 8 bits. */
  readonly loss: () => Promise<number>
  readonly gradient?: Float32Array
}

/** What either side is timed at. */
export interface Task {
  readonly title: string
  /** Of an attack with steps, whose time grows with them alone. */
  readonly steps?: number
  /** Forward passes that the work comes to; without one it is an attack. */
  readonly passes?: number
  /** What one side does more than the other. */
  readonly more?: string
  run(model: DifferentiableModel, batch: Batch, steps: number): Promise<Outcome>
}

/** What Halftone's attacks end with and raw PyTorch's do not. */
const rounding = 'neither side judges; ours rounds to 8 bits'

export const tasks: Readonly<Record<string, Task>> = {
  forward: {
    title: 'forward',
    passes: 1,
    async run(model, { images, labels }) {
      const logits = await model.logits(images)
      return { loss: () => Promise.resolve(crossEntropy(logits, labels)) }
    },
  },
  gradient: {
    title: 'forward and gradient',
    passes: 2,
    async run(model, { images, labels }) {
      const { loss, gradient } = await model.gradient(images, { kind: 'cross-entropy', labels })
      return {
        loss: () => Promise.resolve(loss.reduce((sum, value) => sum + value, 0)),
        gradient: gradient.data,
      }
    },
  },
  fast: { title: 'fast', more: rounding, run: attacking('fgsm', () => ({}), nobody) },
  judged: {
    title: 'fast, both sides judge',
    more: 'both round to 8 bits and judge',
    run: attacking('fgsm', () => ({})),
  },
  basic: {
    title: 'basic, 10 steps',
    steps: 10,
    more: rounding,
    run: attacking('bim', (steps) => ({ alpha: 1, steps }), nobody),
  },
  pgd: {
    title: 'PGD, 40 steps',
    steps: 40,
    more: rounding,
    // 2.5 times the radius over all 40 steps, also where fewer are timed.
    run: attacking('pgd', (steps) => ({ alpha: 0.5, steps }), nobody),
  },
}

/** The attack as the lab runs it, with its rounding to 8 bits; judged by the model itself where nobody else is named. */
function attacking(
  id: AttackId,
  params: (steps: number) => Readonly<Record<string, number>>,
  judgeOf: (model: DifferentiableModel) => DifferentiableModel = (model) => model,
): Task['run'] {
  // As in the engine, the memory of one run serves the next; PyTorch keeps its own.
  const workroom = new Workroom()
  return async (model, { bytes, labels }, steps) => {
    const { images: adversarial } = await runAttack({
      attack: attackOf(id),
      model,
      judge: judgeOf(model),
      params: { epsilon: 8, ...params(steps) },
      images: bytes,
      labels,
      seed: 'bench',
      batch: bytes.count,
      workroom,
    })
    return { loss: async () => crossEntropy(await model.logits(toFloats(adversarial)), labels) }
  }
}

/** A judge who gives every class the same score, at no cost: raw PyTorch does not ask whether its attack came off either. */
function nobody({ id, input, classes }: DifferentiableModel): DifferentiableModel {
  return {
    id: `nobody for ${id}`,
    input,
    classes,
    logits: ({ count }) =>
      Promise.resolve({ count, classes: classes.length, data: new Float32Array(count * classes.length) }),
    gradient: () => Promise.reject(new Error('Nobody has a gradient.')),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

/** log(sum(exp(z))) - z_y, summed over the images; the greatest score is taken out, so that it stays finite. */
function crossEntropy(logits: Logits, labels: readonly number[]): number {
  return labels.reduce((sum, label, n) => {
    const scores = rowOf(logits, n)
    const greatest = scores.reduce((most, score) => Math.max(most, score), -Infinity)
    const weights = scores.reduce((total, score) => total + Math.exp(score - greatest), 0)
    return sum + Math.log(weights) + greatest - scores[label]!
  }, 0)
}
