import { rowOf } from '#core/metrics/classification'
import { pixelsPerImage, type Images } from '#core/tensor/Images'
import type { AttackTask } from './Attack'
import { gapOf, goalsOf, type Goal } from './goal'
import { Gathering } from './rows'
import { BoxAdam } from './BoxAdam'

interface Settings {
  readonly confidence: number
  readonly iterations: number
  readonly constant: number
  readonly raises: number
  readonly learningRate: number
  readonly gradients: number
}

/**
 * Tells of variants of one image (at 8-bit levels), which are adversarial by kappa. One query each.
 * @param draw writes a variant into the memory it is given; called in order, and told where the one before lies
 */
export type Judge = (
  count: number,
  draw: (variant: number, into: Float32Array, before: Float32Array | undefined) => void,
) => Promise<readonly boolean[]>

/** What an attack allows one image, and how it allows less and less. Pixels are in [0, 1]. */
export interface Allowance {
  /**
   * One step of an image down the slopes of the whole loss.
   * @param margins slopes of f
   * @returns the loss beside c f before the step: the distortion as this attack counts it
   */
  descend(variable: BoxAdam, row: number, constant: number, margins: Float32Array): number
  /** Takes what is not allowed out of a rounded image, in place. */
  confine(rounded: Float32Array): void
  /**
   * Takes an adversarial image within the allowance, and allows less.
   * @param margins slopes of f at that image, or where it last had any
   * @returns the image as the attack now has it, adversarial too; where `over`, nothing less can be allowed
   */
  tighten(
    rounded: Float32Array,
    margins: Float32Array,
    judge: Judge,
  ): Promise<{ image: Float32Array; over: boolean }>
  /** Allows more again after a search found nothing. @returns whether there is anything left to try */
  loosen(): boolean
  /** Grows from 0 to 1 as the search narrows. */
  readonly progress: number
}

interface Search {
  readonly goal: Goal
  readonly allowance: Allowance
  constant: number
  /** Raises since the allowance last changed. */
  raises: number
  /** Steps with the present constant. */
  iteration: number
  gradients: number
  found: boolean
  active: boolean
  /** The whole loss at the last check for progress. */
  checked: number
  /** Slopes of f where it last had any: beyond kappa, where the search wants to be, it has none. */
  margins: Float32Array | undefined
}

/** Above this a constant is not raised further: the distortion has long had no say. */
const greatestConstant = 1e10
const raise = 10

/**
 * The outer loop of Carlini and Wagner's L0 and L-infinity attacks (2017, sections VI-B and VI-C): solve, allow less, solve
 * again from the last solution, each image by itself. A solution is a *rounded* image that is adversarial by kappa.
 */
export class ShrinkingSearch {
  /** The best rounded images so far; clean ones where none is adversarial. */
  readonly best: Images
  readonly #task: AttackTask<Settings>
  readonly #searches: readonly Search[]
  readonly #size: number
  readonly #variable: BoxAdam
  readonly #gathering: Gathering
  /** Room for variants that are judged. */
  #variants: Float32Array | undefined
  #shown = 0

  /** @param allow what an image may change at first, which must be everything */
  constructor(task: AttackTask<Settings>, allow: (clean: Float32Array) => Allowance) {
    const { images, params, workroom } = task
    this.#task = task
    this.#gathering = new Gathering(workroom)
    this.#size = pixelsPerImage(images)
    this.best = { ...images, data: workroom.copy(images.data) }
    this.#variable = new BoxAdam(images, params.learningRate, workroom)
    this.#searches = goalsOf(task).map((goal, row) => {
      this.#variable.begin(row, this.#rowOf(images, row))
      return {
        goal,
        allowance: allow(this.#rowOf(images, row)),
        constant: params.constant,
        raises: 0,
        iteration: 0,
        gradients: 0,
        found: false,
        active: true,
        checked: Infinity,
        margins: undefined,
      }
    })
  }

  get goesOn(): boolean {
    return this.#searches.some(({ active }) => active)
  }

  /** From 0 to 1, never falling: the mean over the images of the furthest of allowance and gradients spent. */
  get progress(): number {
    const sum = this.#searches.reduce((total, { active, allowance, gradients }) => {
      const spent = gradients / this.#task.params.gradients
      return total + (active ? Math.max(allowance.progress, spent) : 1)
    }, 0)
    this.#shown = Math.max(this.#shown, sum / this.#searches.length)
    return this.#shown
  }

  /** One gradient for every image that is still searching. */
  async step(): Promise<void> {
    const { oracle, params } = this.#task
    const rows = [...this.#searches.keys()].filter((row) => this.#searches[row]!.active)
    const { targeted } = this.#searches[0]!.goal
    // A little more than is asked for, as in the reference, so that rounding does not take it away; a float32 like the losses.
    const floor = -Math.fround(params.confidence + 0.01)
    const { gradient, loss, logits } = await oracle.gradient(
      this.#gathering.of(this.#variable.images, rows),
      {
        kind: 'margin',
        labels: rows.map((row) => this.#searches[row]!.goal.label),
        targeted,
        confidence: -floor,
      },
      rows,
    )
    const solved = await this.#solved(rows.filter((row, i) => this.#reached(rowOf(logits, i), row)))
    for (const [i, row] of rows.entries()) {
      const search = this.#searches[row]!
      search.gradients++
      search.iteration++
      const margins = this.#rowOf(gradient, i)
      if (search.margins === undefined || loss[i]! > floor) {
        search.margins ??= this.#task.workroom.floats(this.#size)
        search.margins.set(margins)
      }
      const solution = solved.get(row)
      if (solution) await this.#tighten(row, solution, search.margins)
      else this.#descend(row, margins, loss[i]!)
      if (search.gradients >= params.gradients) search.active = false
    }
  }

  #rowOf(images: Images, row: number): Float32Array {
    return images.data.subarray(row * this.#size, (row + 1) * this.#size)
  }

  #reached(scores: Float32Array, row: number): boolean {
    const gap = gapOf(scores, this.#searches[row]!.goal)
    return gap > 0 && gap >= this.#task.params.confidence
  }

  /** Of these images those that are adversarial within their allowance when rounded, as they are then. */
  async #solved(rows: readonly number[]): Promise<ReadonlyMap<number, Float32Array>> {
    if (rows.length === 0) return new Map()
    const rounded = this.#task.quantize(this.#variable.images, rows)
    for (const row of rows) this.#searches[row]!.allowance.confine(this.#rowOf(rounded, row))
    const logits = await this.#task.oracle.logits(this.#gathering.of(rounded, rows), rows)
    return new Map(
      rows
        .filter((row, i) => this.#reached(rowOf(logits, i), row))
        .map((row) => [row, this.#rowOf(rounded, row)]),
    )
  }

  async #tighten(row: number, solution: Float32Array, margins: Float32Array): Promise<void> {
    const search = this.#searches[row]!
    const { image, over } = await search.allowance.tighten(solution, margins, (count, draw) =>
      this.#judge(row, count, draw),
    )
    this.#rowOf(this.best, row).set(image)
    search.found = true
    if (over) search.active = false
    else this.#restart(row)
  }

  async #judge(row: number, ...[count, draw]: Parameters<Judge>): Promise<readonly boolean[]> {
    const length = count * this.#size
    if (!this.#variants || this.#variants.length < length) {
      this.#variants = this.#task.workroom.floats(length)
    }
    const images = { ...this.#task.images, count, data: this.#variants.subarray(0, length) }
    const rows = new Array<number>(count).fill(row)
    for (let i = 0; i < count; i++) {
      draw(i, this.#rowOf(images, i), i > 0 ? this.#rowOf(images, i - 1) : undefined)
    }
    const logits = await this.#task.oracle.logits(images, rows)
    return rows.map((_, i) => this.#reached(rowOf(logits, i), row))
  }

  #descend(row: number, margins: Float32Array, loss: number): void {
    const search = this.#searches[row]!
    const { constant, allowance } = search
    const { iterations } = this.#task.params
    const distortion = allowance.descend(this.#variable, row, constant, margins)
    const whole = distortion + constant * loss
    if (search.iteration % Math.max(1, Math.floor(iterations / 10)) === 0) {
      // Ten times on the way: no progress worth a ten-thousandth, no hope with this constant.
      if (whole > 0.9999 * search.checked) search.iteration = iterations
      search.checked = whole
    }
    if (search.iteration >= iterations) this.#raise(row)
  }

  /** The next constant, without starting again; or, when that has been tried, a larger allowance. */
  #raise(row: number): void {
    const search = this.#searches[row]!
    const { raises } = this.#task.params
    const next = search.constant * raise
    search.iteration = 0
    search.checked = Infinity
    if (next <= greatestConstant && (!search.found || search.raises < raises)) {
      search.raises++
      search.constant = next
    } else if (search.found && search.allowance.loosen()) {
      search.constant /= raise ** search.raises
      this.#restart(row)
    } else {
      search.active = false
    }
  }

  /** Goes on from the best image with a new allowance. */
  #restart(row: number): void {
    const search = this.#searches[row]!
    search.raises = 0
    search.iteration = 0
    search.checked = Infinity
    const start = this.#rowOf(this.best, row).slice()
    search.allowance.confine(start)
    this.#variable.begin(row, start)
  }
}
