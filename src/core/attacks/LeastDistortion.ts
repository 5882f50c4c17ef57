import { rowOf } from '#core/metrics/classification'
import { pixelsPerImage, type Images } from '#core/tensor/Images'
import type { AttackTask } from './Attack'
import { gapOf, goalsOf, type Goal } from './goal'
import { gatherImages } from './rows'

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
  /** The whole loss at the last check for progress. */
  checked: number
  /** |x' - x|_2^2 of the best rounded image. */
  distortion: number
}

/**
 * Pixels are drawn this little towards grey before arctanh, so that those at 0 and 1 come to a finite w and can move. The
 * reference takes 0.999999, from where tanh is so flat that they hardly do. An eighth of a level is rounded away again.
 */
const shrink = 0.999
const [beta1, beta2, adamEpsilon] = [0.9, 0.999, 1e-8]
/** Above this no upper end has been found (the reference's 1e10 and its test against 1e9). */
const unbounded = 1e10

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
  /** w, and Adam's means of the gradient and of its square. */
  readonly #w: Float32Array
  readonly #mean: Float32Array
  readonly #square: Float32Array
  /** (tanh(w) + 1) / 2. */
  readonly #current: Images

  constructor(task: AttackTask<Settings>) {
    const { images, params } = task
    const empty = (): Float32Array<ArrayBuffer> => new Float32Array(images.data.length)
    this.#task = task
    this.#size = pixelsPerImage(images)
    this.best = { ...images, data: images.data.slice() }
    this.#current = { ...images, data: empty() }
    this.#w = empty()
    this.#mean = empty()
    this.#square = empty()
    this.#searches = goalsOf(task).map((goal) => ({
      goal,
      constant: params.constant,
      low: 0,
      high: unbounded,
      succeeded: false,
      active: true,
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
    this.#mean.fill(0)
    this.#square.fill(0)
    for (let i = 0; i < this.#w.length; i++) this.#w[i] = Math.atanh((2 * images.data[i]! - 1) * shrink)
    for (const search of this.#searches) {
      if (last && params.searches >= 10) search.constant = search.high
      search.succeeded = false
      search.checked = Infinity
      // Nothing is nearer than the image itself.
      search.active = search.distortion > 0
    }
  }

  /** One step of Adam on every active image. */
  async step(iteration: number): Promise<void> {
    const { oracle, params } = this.#task
    const rows = [...this.#searches.keys()].filter((row) => this.#searches[row]!.active)
    for (const row of rows) this.#place(row)
    const { targeted } = this.#searches[0]!.goal
    const { gradient, loss, logits } = await oracle.gradient(
      gatherImages(this.#current, rows),
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
      const distortion = this.#descend(row, slopes, iteration + 1)
      this.#check(this.#searches[row]!, distortion, loss[i]!, iteration)
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

  #place(row: number): void {
    const { data } = this.#current
    const w = this.#w
    // (tanh(w) + 1) / 2 by one exponential.
    for (let i = row * this.#size; i < (row + 1) * this.#size; i++) data[i] = 1 / (1 + Math.exp(-2 * w[i]!))
  }

  #reached(scores: Float32Array, row: number): boolean {
    const gap = gapOf(scores, this.#searches[row]!.goal)
    return gap > 0 && gap >= this.#task.params.confidence
  }

  /** Rounds these images, and keeps those that are still adversarial and nearer than what there was. */
  async #judge(rows: readonly number[]): Promise<void> {
    if (rows.length === 0) return
    const rounded = this.#task.quantize(this.#current)
    // A first success with this constant tells the bisection, even where it is no nearer.
    const asked = rows.filter((row) => {
      const { succeeded, distortion } = this.#searches[row]!
      return !succeeded || this.#distortion(rounded, row) < distortion
    })
    if (asked.length === 0) return
    const logits = await this.#task.oracle.logits(gatherImages(rounded, asked), asked)
    asked.forEach((row, i) => {
      if (!this.#reached(rowOf(logits, i), row)) return
      const search = this.#searches[row]!
      search.succeeded = true
      const distortion = this.#distortion(rounded, row)
      if (distortion >= search.distortion) return
      search.distortion = distortion
      search.active = distortion > 0
      const [start, end] = [row * this.#size, (row + 1) * this.#size]
      this.best.data.set(rounded.data.subarray(start, end), start)
    })
  }

  #distortion({ data }: Images, row: number): number {
    const clean = this.#task.images.data
    let sum = 0
    for (let i = row * this.#size; i < (row + 1) * this.#size; i++) sum += (data[i]! - clean[i]!) ** 2
    return sum
  }

  /** Adam on w for |x' - x|^2 + c f, given f's slopes in x'. @returns |x' - x|_2^2 before the step */
  #descend(row: number, slopes: Float32Array, t: number): number {
    const { learningRate } = this.#task.params
    const { constant } = this.#searches[row]!
    const clean = this.#task.images.data
    const rate = (learningRate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t)
    // Read once: this runs for every pixel at every step.
    const [w, means, squares, current] = [this.#w, this.#mean, this.#square, this.#current.data]
    const [size, offset] = [this.#size, row * this.#size]
    let sum = 0
    for (let i = 0; i < size; i++) {
      const at = offset + i
      const x = current[at]!
      const change = x - clean[at]!
      sum += change * change
      // d x' / d w = (1 - tanh^2(w)) / 2 = 2 x' (1 - x').
      const slope = (2 * change + constant * slopes[i]!) * 2 * x * (1 - x)
      const mean = beta1 * means[at]! + (1 - beta1) * slope
      const square = beta2 * squares[at]! + (1 - beta2) * slope * slope
      means[at] = mean
      squares[at] = square
      w[at]! -= (rate * mean) / (Math.sqrt(square) + adamEpsilon)
    }
    return sum
  }

  /**
   * Ten times on the way: an image whose loss has not come down by a ten-thousandth is done with this constant. The first
   * loss is no measure, unlike in the reference: the distortion begins at zero, and Adam's first steps, as long for every
   * pixel, overshoot before they come down.
   */
  #check(search: Search, distortion: number, loss: number, iteration: number): void {
    const { abortEarly, iterations } = this.#task.params
    if (!abortEarly || iteration === 0 || iteration % Math.max(1, Math.floor(iterations / 10)) !== 0) return
    const whole = distortion + search.constant * loss
    if (whole > 0.9999 * search.checked) search.active = false
    search.checked = whole
  }
}
