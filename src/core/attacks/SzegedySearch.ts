import { Kernels } from '#core/simd/Kernels'
import type { Box } from './lbfgs/cauchyPoint'
import type { LbfgsKernels } from './lbfgs/kernels'
import { minimise, type MinimiseSettings } from './lbfgs/minimise'
import { workspaceOf, workspaceRoom, type Scratch, type Workspace } from './lbfgs/Workspace'

export interface SzegedySettings {
  /** The first c; 0 takes it from the slope of the loss. */
  readonly constant: number
  readonly searches: number
  /** Most iterations of L-BFGS-B for each c. */
  readonly iterations: number
  readonly memory: number
}

/** What a search wants to know of its image at a point, float values in [0, 1]; the memory is the search's own. */
export interface Question {
  readonly kind: 'gradient' | 'judge'
  readonly point: Float64Array
}

/** The loss there, its gradient, |r|^2, and whether the image is of the target's class as it stands. */
export interface GradientAnswer {
  readonly kind: 'gradient'
  readonly loss: number
  readonly gradient: Float32Array
  readonly distortion: number
  readonly reached: boolean
}

/** Whether the image is of the target's class once rounded to 8 bits, and |r|^2 then. */
export interface JudgeAnswer {
  readonly kind: 'judge'
  readonly reached: boolean
  readonly distortion: number
}

/** A point and what is known of it. */
interface Evaluated {
  readonly point: Float64Array
  readonly answer: GradientAnswer
}

export type Answer = GradientAnswer | JudgeAnswer
type Asking<T> = Generator<Question, T, Answer>

/** The search ends when the greatest c that works and the least that does not are this near to each other. */
const nearlyEqual = 1.02
/** By what c grows or falls until one fails and another does not. */
const stride = 4
/** Of the distortion: the first step from an earlier minimum, which the next one is near to. */
const stepShare = 0.1
/** Models answer in single precision: smaller falls of the value are rounding. */
const tolerances: Pick<MinimiseSettings, 'gradientTolerance' | 'valueTolerance'> = {
  gradientTolerance: 1e-5,
  valueTolerance: 1e-4,
}

/**
 * One image's search: min c |r|_2 + loss(x + r, l), x + r in [0, 1], by L-BFGS-B for one c after the other, to find the
 * greatest c that still leads to l (Szegedy 2014, section 4.1). It yields what it wants to know and is sent the answers, so
 * that the images of a batch share the model's runs.
 */
export class SzegedySearch {
  readonly #kernels: LbfgsKernels
  readonly #space: Workspace
  /** Where |r| is counted from. */
  readonly clean: Float32Array
  readonly #box: Box
  readonly #settings: SzegedySettings
  readonly #keep: () => void
  /** The nearest point of one minimisation that was of the target's class. */
  readonly #nearest: Float64Array
  /** The last minimum that was an image of the target's class. */
  readonly #minimum: Float64Array
  /** Constants tried so far; all of them once the search has ended. */
  tried = 0
  /** |r|^2 of the best image so far. */
  #best = Infinity

  /**
   * @param box of 0 and 1
   * @param kernels with {@link roomOf} for this search
   * @param scratch may be shared
   * @param keep told when the image judged last is the least distorted so far
   */
  constructor(
    clean: Float32Array,
    box: Box,
    settings: SzegedySettings,
    kernels: LbfgsKernels,
    scratch: Scratch,
    keep: () => void,
  ) {
    const doubles = (): Float64Array => kernels.doubles(clean.length)
    this.#kernels = kernels
    this.#space = workspaceOf(clean.length, settings.memory, kernels, scratch)
    this.clean = kernels.floats(clean.length)
    this.clean.set(clean)
    this.#box = box
    this.#settings = settings
    this.#keep = keep
    this.#nearest = doubles()
    this.#minimum = doubles()
  }

  /** Bytes of its kernels' room that a search takes. */
  static roomOf(values: number, memory: number): number {
    return workspaceRoom(values, memory) + 2 * Kernels.roomForDoubles(values) + Kernels.roomFor(values)
  }

  *run(): Asking<void> {
    yield* this.#search()
    this.tried = this.#settings.searches
  }

  *#search(): Asking<void> {
    const { searches, constant } = this.#settings
    this.#minimum.set(this.clean)
    const start = yield* this.#gradientAt(this.#minimum)
    // Nothing is nearer than the image itself.
    if (start.reached) return
    let from: Evaluated = { point: this.#minimum, answer: start }
    const slope = Math.sqrt(start.gradient.reduce((sum, value) => sum + value * value, 0))
    let [low, high] = [0, Infinity]
    let c = constant > 0 ? constant : slope / 2
    for (; this.tried < searches && high >= nearlyEqual * low; this.tried++) {
      const minimum = yield* this.#minimumFor(c, from)
      if (minimum) low = c
      else high = c
      // Minima for neighbouring constants are near to each other.
      from = minimum ?? from
      c = low === 0 ? c / stride : high === Infinity ? c * stride : Math.sqrt(low * high)
    }
  }

  /**
   * The minimum for this c when it is an image of the target's class. Where it is not, the nearest point on the way that was
   * may still be the best so far.
   */
  *#minimumFor(c: number, from: Evaluated): Asking<Evaluated | undefined> {
    const { memory, iterations } = this.#settings
    const firstStep = from.answer.distortion === 0 ? Infinity : stepShare * Math.sqrt(from.answer.distortion)
    const settings = { ...tolerances, memory, iterations, firstStep }
    const search = minimise(from.point, this.#box, settings, this.#space)
    let last: Evaluated | undefined
    let distance = this.#best
    let next = search.next()
    while (!next.done) {
      const { point, gradient } = next.value
      const known = !last && !differ(point, from.point)
      last = { point, answer: known ? from.answer : yield* this.#gradientAt(point) }
      const { reached, distortion } = last.answer
      if (reached && distortion < distance) {
        distance = distortion
        this.#nearest.set(point)
      }
      next = search.next(this.#penalised(last.answer, c, point, gradient))
    }
    const { point } = next.value
    if (yield* this.#judge(point)) {
      // Two trials may have the same memory, but only a point that was kept is the minimum's.
      const answer = last?.point === point ? last.answer : yield* this.#gradientAt(point)
      this.#minimum.set(point)
      return { point: this.#minimum, answer }
    }
    if (distance < this.#best) yield* this.#judge(this.#nearest)
    return undefined
  }

  *#gradientAt(point: Float64Array): Asking<GradientAnswer> {
    const answer = yield { kind: 'gradient', point }
    if (answer.kind !== 'gradient') throw new TypeError('A gradient was asked for, a judgement came.')
    return answer
  }

  *#judge(point: Float64Array): Asking<boolean> {
    const answer = yield { kind: 'judge', point }
    if (answer.kind !== 'judge') throw new TypeError('A judgement was asked for, a gradient came.')
    if (answer.reached && answer.distortion < this.#best) {
      this.#best = answer.distortion
      this.#keep()
    }
    return answer.reached
  }

  /**
   * c |r|_2 + loss, and its gradient in `slopes`. At r = 0, where |r| has none, the shortest subgradient: zero where the loss falls less
   * steeply than c |r| rises, so that the search ends there as it should.
   */
  #penalised(
    { loss, gradient, distortion }: GradientAnswer,
    c: number,
    point: Float64Array,
    slopes: Float64Array,
  ): number {
    const length = Math.sqrt(distortion)
    if (length > 0) {
      this.#kernels.run('penalised', [gradient, point, this.clean, slopes], [c / length])
    } else {
      const slope = freeSlope(gradient, this.clean)
      const share = slope > c ? 1 - c / slope : 0
      for (let i = 0; i < slopes.length; i++) slopes[i] = share * gradient[i]!
    }
    return loss + c * length
  }
}

/** Mostly told from the first values. */
function differ(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return true
  return false
}

/** The length of the downward direction, of which the box at a corner or side takes a part. */
function freeSlope(gradient: Float32Array, clean: Float32Array): number {
  let sum = 0
  for (let i = 0; i < clean.length; i++) {
    const slope = gradient[i]!
    if (slope > 0 ? clean[i]! > 0 : clean[i]! < 1) sum += slope * slope
  }
  return Math.sqrt(sum)
}
