import { Kernels } from '#core/simd/Kernels'
import type { Box } from './lbfgs/cauchyPoint'
import type { LbfgsKernels } from './lbfgs/kernels'
import { minimise, type Evaluation, type MinimiseSettings } from './lbfgs/minimise'
import { workspaceOf, workspaceRoom, type Workspace } from './lbfgs/Workspace'

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

/** The loss there, its gradient, and whether the image is of the target's class as it stands. */
export interface GradientAnswer {
  readonly kind: 'gradient'
  readonly loss: number
  readonly gradient: Float32Array
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
  readonly #clean: Float64Array
  readonly #box: Box
  readonly #settings: SzegedySettings
  readonly #keep: () => void
  /** The slopes of what is minimised. */
  readonly #slopes: Float64Array
  /** The nearest point of one minimisation that was of the target's class, and the last that was asked about. */
  readonly #nearest: Float64Array
  readonly #last: Float64Array
  /** The last minimum that was an image of the target's class. */
  readonly #minimum: Float64Array
  /** Constants tried so far; all of them once the search has ended. */
  tried = 0
  /** |r|^2 of the best image so far. */
  #best = Infinity

  /**
   * @param box of 0 and 1
   * @param kernels with {@link roomOf} for this search
   * @param keep told when the image judged last is the least distorted so far
   */
  constructor(
    clean: Float32Array,
    box: Box,
    settings: SzegedySettings,
    kernels: LbfgsKernels,
    keep: () => void,
  ) {
    const doubles = (): Float64Array => kernels.doubles(clean.length)
    this.#kernels = kernels
    this.#space = workspaceOf(clean.length, settings.memory, kernels)
    this.#clean = doubles()
    this.#clean.set(clean)
    this.#box = box
    this.#settings = settings
    this.#keep = keep
    this.#slopes = doubles()
    this.#nearest = doubles()
    this.#last = doubles()
    this.#minimum = doubles()
  }

  /** Bytes of its kernels' room that a search takes. */
  static roomOf(values: number, memory: number): number {
    return workspaceRoom(values, memory) + 5 * Kernels.roomForDoubles(values)
  }

  *run(): Asking<void> {
    yield* this.#search()
    this.tried = this.#settings.searches
  }

  *#search(): Asking<void> {
    const { searches, constant } = this.#settings
    const start = yield* this.#gradientAt(this.#clean)
    // Nothing is nearer than the image itself.
    if (start.reached) return
    let from: Evaluated = { point: this.#clean, answer: start }
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
    const [clean, kernels] = [this.#clean, this.#kernels]
    const { memory, iterations } = this.#settings
    const apart = (a: Float64Array, b: Float64Array): number => kernels.run('distance', [a, b])[0]!
    const firstStep = from.point === clean ? Infinity : stepShare * Math.sqrt(apart(from.point, clean))
    const settings = { ...tolerances, memory, iterations, firstStep }
    const search = minimise(from.point, this.#box, settings, this.#space)
    let last = from
    let distance = this.#best
    let next = search.next()
    while (!next.done) {
      const point = next.value
      const distortion = apart(point, clean)
      if (differ(point, last.point)) {
        this.#last.set(point)
        last = { point: this.#last, answer: yield* this.#gradientAt(point) }
      }
      if (last.answer.reached && distortion < distance) {
        distance = distortion
        this.#nearest.set(point)
      }
      next = search.next(this.#penalised(last.answer, c, point, Math.sqrt(distortion)))
    }
    const { point } = next.value
    if (yield* this.#judge(point)) {
      const known = !differ(point, last.point)
      const answer = known ? last.answer : yield* this.#gradientAt(point)
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
   * c |r|_2 + loss and its gradient. At r = 0, where |r| has none, the shortest subgradient: zero where the loss falls less
   * steeply than c |r| rises, so that the search ends there as it should.
   */
  #penalised({ loss, gradient }: GradientAnswer, c: number, point: Float64Array, length: number): Evaluation {
    const slopes = this.#slopes
    if (length > 0) {
      this.#kernels.run('penalised', [gradient, point, this.#clean, slopes], [c / length])
    } else {
      const slope = freeSlope(gradient, this.#clean)
      const share = slope > c ? 1 - c / slope : 0
      for (let i = 0; i < slopes.length; i++) slopes[i] = share * gradient[i]!
    }
    return { value: loss + c * length, gradient: slopes }
  }
}

/** Mostly told from the first values. */
function differ(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return true
  return false
}

/** The length of the downward direction, of which the box at a corner or side takes a part. */
function freeSlope(gradient: Float32Array, clean: Float64Array): number {
  let sum = 0
  for (let i = 0; i < clean.length; i++) {
    const slope = gradient[i]!
    if (slope > 0 ? clean[i]! > 0 : clean[i]! < 1) sum += slope * slope
  }
  return Math.sqrt(sum)
}
