import { Kernels } from '#core/simd/Kernels'
import { descend, type Answered, type DescentSettings } from './lbfgs/descend'
import type { LbfgsKernels } from './lbfgs/kernels'
import { requireFinite } from './oracle'
import { unitRoom, unitSpace, type Scratch, type Workspace } from './lbfgs/Workspace'

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
  readonly point: Float32Array
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
  readonly point: Float32Array
  readonly answer: GradientAnswer
  /** |r|^2. */
  readonly distortion: number
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
const tolerances: Pick<DescentSettings, 'gradientTolerance' | 'valueTolerance'> = {
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
  readonly #space: Workspace<Float32Array>
  /** Where |r| is counted from. */
  readonly #clean: Float32Array
  /** The loss gradient where a search starts. */
  readonly #startGradient: Float32Array
  readonly #settings: SzegedySettings
  readonly #keep: () => void
  /** Constants tried so far; all of them once the search has ended. */
  tried = 0
  /** |r|^2 of the best image so far. */
  #best = Infinity
  /** The length of what the box leaves of the loss gradient at the clean image. */
  #slope = 0

  /**
   * @param kernels with {@link roomOf} for this search
   * @param scratch may be shared
   * @param keep told when the image judged last is the least distorted so far
   */
  constructor(
    clean: Float32Array,
    settings: SzegedySettings,
    kernels: LbfgsKernels,
    scratch: Scratch,
    keep: () => void,
  ) {
    this.#kernels = kernels
    this.#space = unitSpace(clean.length, settings.memory, kernels, scratch)
    this.#clean = kernels.floats(clean.length)
    this.#clean.set(clean)
    this.#startGradient = kernels.floats(clean.length)
    this.#settings = settings
    this.#keep = keep
  }

  /** Bytes of its kernels' room that a search takes. */
  static roomOf(values: number, memory: number): number {
    return unitRoom(values, memory) + 2 * Kernels.roomFor(values)
  }

  *run(): Asking<void> {
    yield* this.#search()
    this.tried = this.#settings.searches
  }

  *#search(): Asking<void> {
    const { searches, constant } = this.#settings
    const start = this.#lasting(yield* this.#gradientAt(this.#clean), 'unseen')
    // Nothing is nearer than the image itself.
    if (start.reached) return
    const [square, free] = this.#kernels.run('steepness', [start.gradient, this.#clean])
    this.#slope = Math.sqrt(free!)
    let from: Evaluated = { point: this.#clean, answer: start, distortion: 0 }
    let [low, high] = [0, Infinity]
    let c = constant > 0 ? constant : Math.sqrt(square!) / 2
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
    const { iterations } = this.#settings
    const firstStep = from.distortion === 0 ? Infinity : stepShare * Math.sqrt(from.distortion)
    // Where the next search may start, and the nearest point of this one that was of the target's class.
    this.#space.reserved = [from.point]
    const search = descend(this.#space, from.point, this.#clean, { ...tolerances, iterations, firstStep })
    let last = from
    let nearest: Evaluated | undefined
    let next = search.next()
    while (!next.done) {
      const { point, distance } = next.value
      // The first question is about the start.
      if (distance !== undefined) {
        last = { point, distortion: distance, answer: yield* this.#gradientAt(point) }
        if (last.answer.reached && distance < (nearest?.distortion ?? this.#best)) {
          nearest = last
          this.#space.reserved = [from.point, point]
        }
      }
      next = search.next(this.#penalised(last, c))
    }
    const { point } = next.value
    if (yield* this.#judge(point)) {
      const distortion = next.value.distance ?? from.distortion
      // The search has summed up the answers it asked for, and found them finite.
      if (next.value.isLast) return { point, answer: this.#lasting(last.answer, 'finite'), distortion }
      return { point, answer: this.#lasting(yield* this.#gradientAt(point), 'unseen'), distortion }
    }
    if (nearest && nearest.distortion < this.#best) yield* this.#judge(nearest.point)
    return undefined
  }

  *#gradientAt(point: Float32Array): Asking<GradientAnswer> {
    const answer = yield { kind: 'gradient', point }
    if (answer.kind !== 'gradient') throw new TypeError('A gradient was asked for, a judgement came.')
    return answer
  }

  /** An answer whose gradient stands while others are asked for: that of where the next search starts. */
  #lasting(answer: GradientAnswer, gradient: 'finite' | 'unseen'): GradientAnswer {
    if (gradient === 'unseen') requireFinite(answer.gradient)
    this.#startGradient.set(answer.gradient)
    return { ...answer, gradient: this.#startGradient }
  }

  *#judge(point: Float32Array): Asking<boolean> {
    const answer = yield { kind: 'judge', point }
    if (answer.kind !== 'judge') throw new TypeError('A judgement was asked for, a gradient came.')
    if (answer.reached && answer.distortion < this.#best) {
      this.#best = answer.distortion
      this.#keep()
    }
    return answer.reached
  }

  /**
   * c |r|_2 + loss. At r = 0, where |r| has no gradient, the shortest subgradient: zero where the loss falls less
   * steeply than c |r| rises, so that the search ends there as it should.
   */
  #penalised({ answer, distortion }: Evaluated, c: number): Answered {
    const length = Math.sqrt(distortion)
    const value = answer.loss + c * length
    const { gradient: slopes } = answer
    const verify = (): void => {
      requireFinite(slopes)
    }
    if (length > 0) return { value, slopes, share: 1, pull: c / length, verify }
    return { value, slopes, share: this.#slope > c ? 1 - c / this.#slope : 0, pull: 0, verify }
  }
}
