import { rowOf } from '#core/metrics/classification'
import type { Loss } from '#core/models/DifferentiableModel'
import type { ParamSpec } from '#core/params'
import type { ParamsOf } from '#core/paramValues'
import { pixelsPerImage, type Images } from '#core/tensor/Images'
import { norms } from '#core/tensor/norms'
import type { AttackTask, Bound, Progress } from './Attack'
import { AdamStep } from './AdamStep'
import { descentProgram, type DescentKernels } from './descentKernels'
import { gapOf, goalsOf } from './goal'
import { scatter } from './scatter'

export const paper =
  'Madry, Makelov, Schmidt, Tsipras, Vladu 2018, Towards deep learning models resistant to adversarial attacks'

/** What the norms share; each adds its radius. */
export const descentParams = {
  steps: {
    kind: 'integer',
    title: 'Steps',
    help: 'Number of steps of each restart.',
    default: 20,
    min: 1,
    max: 100_000,
  },
  alpha: {
    kind: 'number',
    title: 'Alpha',
    help: 'Length of one step; 0 takes 2.5 times the radius over the steps.',
    default: 0,
    min: 0,
    max: 1_000_000,
    unit: '/255',
  },
  randomStart: {
    kind: 'boolean',
    title: 'Random start',
    help: 'Start at a random place in the ball, not at the clean image.',
    default: true,
  },
  restarts: {
    kind: 'integer',
    title: 'Restarts',
    help: 'Number of runs, of which the worst for the model is kept, image by image.',
    default: 1,
    min: 1,
    max: 10_000,
  },
  loss: {
    kind: 'choice',
    title: 'Loss',
    help: "What is climbed: cross-entropy, or Carlini and Wagner's margin of the logits.",
    default: 'cross-entropy',
    choices: ['cross-entropy', 'margin'],
  },
  momentum: {
    kind: 'number',
    title: 'Momentum',
    help: 'Decay of the accumulated gradient (Dong 2018, MI-FGSM, where it is 1); 0 is none.',
    default: 0,
    min: 0,
    max: 10,
  },
  step: {
    kind: 'choice',
    title: 'Step',
    help: 'Along the steepest direction of the norm, or as Adam goes, pixel by pixel.',
    default: 'steepest',
    choices: ['steepest', 'adam'],
  },
} as const satisfies Record<string, ParamSpec>

/** Gradients, and with restarts a query to tell which of them was the worst. */
export const descentCalls = ({ steps, restarts }: Readonly<Record<'steps' | 'restarts', number>>): number =>
  restarts * steps + (restarts > 1 ? restarts : 0)

/** The margin is climbed until it exceeds this many logits: Madry 2018, section 5, "CW loss, kappa = 50". */
const confidence = 50

/**
 * x_{t+1} = Proj_{x + S}(x_t + alpha * steepest(grad_x L(x_t, y))), from a random place in S (Madry 2018, section 2.1), with
 * the momentum of Dong 2018, algorithm 1. With restarts, the 8-bit image that exceeds the goal by the most is kept for each
 * image, which costs one query a restart.
 * @param bound S, as the attack's `bound` gives it
 */
export async function* projectedGradient(
  task: AttackTask<ParamsOf<typeof descentParams>>,
  { norm, radius }: Bound,
): AsyncGenerator<Progress, Images> {
  const { oracle, params, images } = task
  const { steps, restarts, momentum } = params
  const { loss, way } = lossOf(task)
  const alpha = way * (params.alpha > 0 ? params.alpha : (2.5 * radius) / steps)
  const worst = restarts > 1 ? new WorstOf(task) : undefined
  const kernels = task.workroom.kernels(descentProgram())
  const adversarial = task.start()
  for (let restart = 0; restart < restarts; restart++) {
    adversarial.data.set(images.data)
    if (params.randomStart) {
      scatter(adversarial, norm, radius / 255, task.random, kernels)
      task.project(adversarial)
    }
    const adam = params.step === 'adam' ? new AdamStep(images.data.length, kernels) : undefined
    // Every pixel moves by about alpha; in the other norms, so many of them that the whole step has its length.
    const reach = norm.id === 'linf' ? alpha : alpha / Math.sqrt(pixelsPerImage(images))
    const velocity = momentum > 0 ? { ...images, data: new Float32Array(images.data.length) } : undefined
    for (let step = 1; step <= steps; step++) {
      const { gradient } = await oracle.gradient(adversarial, loss)
      if (velocity) accumulate(velocity, gradient, momentum, kernels)
      if (adam) {
        adam.move(adversarial, velocity ?? gradient, reach / 255)
        task.project(adversarial)
      } else {
        task.move(adversarial, velocity ?? gradient, alpha)
      }
      yield { step: restart * steps + step, steps: restarts * steps }
    }
    await worst?.offer(adversarial)
  }
  return worst?.images ?? adversarial
}

/** The loss and whether it is climbed (1) or descended (-1) to reach the goal. */
function lossOf({ params, labels, targets }: AttackTask<ParamsOf<typeof descentParams>>): {
  loss: Loss
  way: 1 | -1
} {
  const targeted = targets.length > 0
  const goal = targeted ? targets : labels
  return params.loss === 'margin'
    ? { loss: { kind: 'margin', labels: goal, targeted, confidence }, way: -1 }
    : { loss: { kind: 'cross-entropy', labels: goal }, way: targeted ? -1 : 1 }
}

/** g = mu g + gradient / |gradient|_1, image by image: Dong 2018, equation 6. */
function accumulate(velocity: Images, gradient: Images, decay: number, kernels: DescentKernels): void {
  const size = pixelsPerImage(gradient)
  for (let at = 0; at < gradient.data.length; at += size) {
    const slopes = gradient.data.subarray(at, at + size)
    const length = norms.l1.measure(slopes)
    const scale = length > 0 ? 1 / length : 0
    kernels.run('accumulate', [velocity.data.subarray(at, at + size), slopes], [decay, scale])
  }
}

/** Of the results offered, the one for each image that exceeds its goal by the most once rounded. */
class WorstOf {
  readonly images: Images
  readonly #task: AttackTask<unknown>
  readonly #gaps: Float64Array

  constructor(task: AttackTask<unknown>) {
    this.#task = task
    this.images = { ...task.images, data: task.workroom.copy(task.images.data) }
    this.#gaps = new Float64Array(task.images.count).fill(-Infinity)
  }

  async offer(candidate: Images): Promise<void> {
    const rounded = this.#task.quantize(candidate)
    const logits = await this.#task.oracle.logits(rounded)
    const size = pixelsPerImage(rounded)
    goalsOf(this.#task).forEach((goal, n) => {
      const gap = gapOf(rowOf(logits, n), goal)
      if (gap <= this.#gaps[n]!) return
      this.#gaps[n] = gap
      this.images.data.set(rounded.data.subarray(n * size, (n + 1) * size), n * size)
    })
  }
}
