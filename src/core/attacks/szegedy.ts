import { rowOf } from '#core/metrics/classification'
import type { ParamSpec } from '#core/params'
import { Kernels } from '#core/simd/Kernels'
import { pixelsPerImage, sliceImages, type Images } from '#core/tensor/Images'
import type { Attack, AttackTask, Progress } from './Attack'
import { gapOf } from './goal'
import { unitProgram } from './lbfgs/kernels'
import { unitScratch, unitScratchRoom } from './lbfgs/Workspace'
import { Gathering } from './rows'
import { runnersUp } from './runnerUp'
import { SzegedySearch, type Answer, type Question, type SzegedySettings } from './SzegedySearch'

const params = {
  searches: {
    kind: 'integer',
    title: 'Searches',
    help: 'Constants c tried for each image.',
    default: 12,
    min: 1,
    max: 100,
  },
  iterations: {
    kind: 'integer',
    title: 'Iterations',
    help: 'Most iterations of L-BFGS-B for each constant.',
    default: 100,
    min: 1,
    max: 100_000,
  },
  constant: {
    kind: 'number',
    title: 'Constant',
    help: 'The first c, the weight of the distortion against the loss; 0 takes half the length of the loss gradient.',
    default: 0,
    min: 0,
    max: 1_000_000_000,
  },
  memory: {
    kind: 'integer',
    title: 'Memory',
    help: 'Steps that L-BFGS-B remembers; each takes 8 bytes for every value of an image.',
    default: 3,
    min: 1,
    max: 100,
  },
} as const satisfies Record<string, ParamSpec>

/**
 * min c |r|_2 + loss(x + r, l) over x + r in [0, 1] by box-constrained L-BFGS, with the loss the cross-entropy of the target l
 * and c as great as still leads to l: Szegedy, Zaremba, Sutskever, Bruna, Erhan, Goodfellow, Fergus 2014, section 4.1. The
 * least distorted image seen whose rounded form has the class l is returned, and the clean one where there is none. Without
 * targets from the caller, l is each image's second likeliest class.
 */
export const szegedy: Attack<typeof params> = {
  id: 'szegedy',
  title: 'Szegedy, box-constrained L-BFGS',
  paper:
    'Szegedy, Zaremba, Sutskever, Bruna, Erhan, Goodfellow, Fergus 2014, Intriguing properties of neural networks',
  norm: 'l2',
  access: 'gradient',
  targets: 'optional',
  params,
  chooseTargets: runnersUp,
  run: (task) => new Searches(task).run(),
}

/** One image's search with the question that it waits on. */
interface Running {
  readonly row: number
  readonly search: SzegedySearch
  readonly steps: Generator<Question, void, Answer>
  question: Question
}

/** The searches of a batch: all that want the same thing share a run of the model, and those that are done take no part. */
class Searches {
  readonly #task: AttackTask<SzegedySettings>
  readonly #size: number
  readonly #best: Images
  readonly #gathering: Gathering
  /** The points asked about. */
  readonly #asked: Images
  /** Where the model may put gradients: they stand until the next are asked for. */
  readonly #gradients: Float32Array
  /** What was last judged: the same points, rounded. */
  #rounded: Images
  /** By image: |r|^2 of what was last judged, in levels. */
  readonly #squares: Float64Array
  readonly #searches: readonly SzegedySearch[]
  #running: Running[]

  constructor(task: AttackTask<SzegedySettings>) {
    const { images, params, workroom } = task
    const size = pixelsPerImage(images)
    this.#task = task
    this.#size = size
    this.#gathering = new Gathering(workroom)
    this.#best = { ...images, data: workroom.copy(images.data) }
    const shared = unitScratchRoom(size) + 2 * Kernels.roomFor(images.data.length)
    const room = images.count * SzegedySearch.roomOf(size, params.memory) + shared
    const kernels = workroom.kernels(unitProgram(), room)
    this.#asked = { ...images, data: kernels.floats(images.data.length) }
    this.#asked.data.set(images.data)
    this.#gradients = kernels.floats(images.data.length)
    this.#rounded = this.#best
    this.#squares = new Float64Array(images.count)
    const scratch = unitScratch(size, kernels)
    this.#searches = Array.from({ length: images.count }, (_, row) => {
      const part = [row * size, (row + 1) * size] as const
      return new SzegedySearch(images.data.subarray(...part), params, kernels, scratch, () => {
        this.#best.data.set(this.#rounded.data.subarray(...part), part[0])
      })
    })
    this.#running = this.#searches.flatMap((search, row) => {
      const steps = search.run()
      const { done, value } = steps.next()
      return done ? [] : [{ row, search, steps, question: value }]
    })
  }

  async *run(): AsyncGenerator<Progress, Images> {
    const { searches } = this.#task.params
    while (this.#running.length > 0) {
      const asking = this.#running.filter(({ question }) => question.kind === 'gradient')
      // Judgements first, so that as many as can take their next gradients together.
      await (asking.length < this.#running.length ? this.#judge() : this.#takeGradients())
      const tried = this.#searches.reduce((sum, { tried }) => sum + tried, 0)
      yield { step: tried, steps: searches * this.#searches.length }
    }
    return this.#best
  }

  async #takeGradients(): Promise<void> {
    const running = this.#running.filter(({ question }) => question.kind === 'gradient')
    const rows = running.map(({ row }) => row)
    const labels = rows.map((row) => this.#task.targets[row]!)
    running.forEach((one, i) => {
      this.#place(one, i)
    })
    const { loss, logits, gradient } = await this.#task.oracle.gradient(
      sliceImages(this.#asked, 0, rows.length),
      { kind: 'cross-entropy', labels },
      rows,
      this.#gradients.subarray(0, rows.length * this.#size),
    )
    running.forEach((one, i) => {
      this.#answer(one, {
        kind: 'gradient',
        loss: loss[i]!,
        gradient: gradient.data.subarray(i * this.#size, (i + 1) * this.#size),
        reached: gapOf(rowOf(logits, i), { label: labels[i]!, targeted: true }) > 0,
      })
    })
  }

  async #judge(): Promise<void> {
    const running = this.#running.filter(({ question }) => question.kind === 'judge')
    const rows = running.map(({ row }) => row)
    for (const one of running) this.#place(one, one.row)
    this.#rounded = this.#task.quantize(this.#asked, rows, this.#squares)
    const logits = await this.#task.oracle.logits(this.#gathering.of(this.#rounded, rows), rows)
    running.forEach((one, i) => {
      const goal = { label: this.#task.targets[one.row]!, targeted: true }
      this.#answer(one, {
        kind: 'judge',
        reached: gapOf(rowOf(logits, i), goal) > 0,
        distortion: this.#squares[one.row]! / 255 ** 2,
      })
    })
  }

  /** Puts the point that is asked about into a row. */
  #place({ question }: Running, row: number): void {
    this.#partOf(this.#asked, row).set(question.point)
  }

  #answer(one: Running, answer: Answer): void {
    const { done, value } = one.steps.next(answer)
    if (done) this.#running = this.#running.filter((other) => other !== one)
    else one.question = value
  }

  #partOf({ data }: Images, row: number): Float32Array {
    return data.subarray(row * this.#size, (row + 1) * this.#size)
  }
}
