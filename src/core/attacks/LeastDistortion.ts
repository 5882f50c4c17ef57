import { rowOf } from '#core/metrics/classification'
import { pixelsPerImage, type Images } from '#core/tensor/Images'
import type { AttackTask } from './Attack'
import { gapOf, goalsOf, type Goal } from './goal'
import { Gathering } from './rows'
import { TanhAdam } from './TanhAdam'

interface Settings {
  readonly confidence: number
  readonly iterations: number
  readonly searches: number
  readonly constant: number
  readonly learningRate: number
  readonly abortEarly: boolean
}

/** One image's own search. */
interface Search {
  readonly goal: Goal
  /** c, and what bisection knows of it. */
  constant: number
  low: number
  high: number
  /** Whether this constant has led to an adversarial image. */
  succeeded: boolean
  active: boolean
  /** The least whole loss with this constant so far, and what it was at the last check for progress. */
  lowest: number
  checked: number
  /** |x' - x|_2^2 of the best rounded image, in levels. */
  distortion: number
}

/** Above this no upper end has been found (the reference's 1e10 and its test against 1e9). */
const unbounded = 1e10
/** Steps between two checks for progress at least: about what Adam's overshoot takes to come back. */
const fewest = 8

/**
 * The optimisation inside Carlini and Wagner's L2 attack, for a batch: every image has its own constant, its own end, and
 * leaves the model's batch when it is done. A constant counts as a success once a *rounded* image is adversarial by kappa.
 */
export class LeastDistortion {
  /** The best rounded images so far; clean ones where none is adversarial. */
  readonly best: Images
  readonly #task: AttackTask<Settings>
  readonly #searches: readonly Search[]
  readonly #size: number
  readonly #variable: TanhAdam
  readonly #gathering: Gathering
  /** |x' - x|_2^2 of the images that were rounded last, in levels. */
  readonly #distortions: Float64Array

  constructor(task: AttackTask<Settings>) {
    const { images, params, workroom } = task
    this.#task = task
    this.#gathering = new Gathering(workroom)
    this.#size = pixelsPerImage(images)
    this.best = { ...images, data: workroom.copy(images.data) }
    this.#distortions = new Float64Array(images.count)
    this.#variable = new TanhAdam(images, params.learningRate, workroom)
    this.#searches = goalsOf(task).map((goal) => ({
      goal,
      constant: params.constant,
      low: 0,
      high: unbounded,
      succeeded: false,
      active: true,
      lowest: Infinity,
      checked: Infinity,
      distortion: Infinity,
    }))
  }

  /** Whether an image is still being optimised with its present constant. */
  get goesOn(): boolean {
    return this.#searches.some(({ active }) => active)
  }

  /**
   * Starts again at the clean images with the present constants.
   * @param last whether it is the last time; after many searches the reference then takes the greatest constant that worked
   */
  begin(last: boolean): void {
    const { images, params } = this.#task
    for (const [row, search] of this.#searches.entries()) {
      if (last && params.searches >= 10) search.constant = search.high
      search.succeeded = false
      search.lowest = Infinity
      search.checked = Infinity
      // Nothing is nearer than the image itself.
      search.active = search.distortion > 0
      if (search.active)
        this.#variable.begin(row, images.data.subarray(row * this.#size, (row + 1) * this.#size))
    }
  }

  /** One step of Adam on every active image. */
  async step(iteration: number): Promise<void> {
    const { oracle, params } = this.#task
    const rows = [...this.#searches.keys()].filter((row) => this.#searches[row]!.active)
    const { targeted } = this.#searches[0]!.goal
    const { gradient, loss, logits } = await oracle.gradient(
      this.#gathering.of(this.#variable.images, rows),
      {
        kind: 'margin',
        labels: rows.map((row) => this.#searches[row]!.goal.label),
        targeted,
        confidence: params.confidence,
      },
      rows,
    )
    await this.#judge(rows.filter((row, i) => this.#reached(rowOf(logits, i), row)))
    rows.forEach((row, i) => {
      const slopes = gradient.data.subarray(i * this.#size, (i + 1) * this.#size)
      const search = this.#searches[row]!
      const distortion = this.#variable.descend(row, search.constant, slopes)
      this.#check(search, distortion, loss[i]!, iteration)
    })
  }

  /** Sets each image's next constant from whether this one worked: ten times as much until one does, then bisection. */
  bisect(): void {
    for (const search of this.#searches) {
      if (search.succeeded) search.high = Math.min(search.high, search.constant)
      else search.low = Math.max(search.low, search.constant)
      search.constant = search.high < unbounded ? (search.low + search.high) / 2 : search.constant * 10
    }
  }

  #reached(scores: Float32Array, row: number): boolean {
    const gap = gapOf(scores, this.#searches[row]!.goal)
    return gap > 0 && gap >= this.#task.params.confidence
  }

  /** Rounds these images, and keeps those that are still adversarial and nearer than what there was. */
  async #judge(rows: readonly number[]): Promise<void> {
    if (rows.length === 0) return
    const distortions = this.#distortions
    const rounded = this.#task.quantize(this.#variable.images, rows, distortions)
    // A first success with this constant tells the bisection, even where it is no nearer.
    const asked = rows.filter((row) => {
      const { succeeded, distortion } = this.#searches[row]!
      return !succeeded || distortions[row]! < distortion
    })
    if (asked.length === 0) return
    const logits = await this.#task.oracle.logits(this.#gathering.of(rounded, asked), asked)
    asked.forEach((row, i) => {
      if (!this.#reached(rowOf(logits, i), row)) return
      const search = this.#searches[row]!
      search.succeeded = true
      const distortion = distortions[row]!
      if (distortion >= search.distortion) return
      search.distortion = distortion
      search.active = distortion > 0
      const [start, end] = [row * this.#size, (row + 1) * this.#size]
      this.best.data.set(rounded.data.subarray(start, end), start)
    })
  }

  /**
   * Ten times on the way, but not oftener than Adam turns: an image whose least loss has not come down by a ten-thousandth is
   * done with this constant. Not the loss of that very step, as in the reference: along the boundary it goes up and down, and
   * searches would end by chance. Nor the first one, which has no distortion in it yet.
   */
  #check(search: Search, distortion: number, loss: number, iteration: number): void {
    const { abortEarly, iterations } = this.#task.params
    if (!abortEarly || iteration === 0) return
    search.lowest = Math.min(search.lowest, distortion + search.constant * loss)
    if (iteration % Math.max(fewest, Math.floor(iterations / 10)) !== 0) return
    if (search.lowest > 0.9999 * search.checked) search.active = false
    search.checked = search.lowest
  }
}
