import type { ParamSpecs, ParamsOf } from '#core/paramValues'
import type { Images, Logits } from '#core/tensor/Images'
import type { Norm } from '#core/tensor/norms'
import type { Random } from '#core/tensor/Random'
import type { Workroom } from '#core/simd/Workroom'
import type { Oracle } from './oracle'

/** How far an attack has come with the batch at hand. */
export interface Progress {
  readonly step: number
  /** Steps of the whole attack, where it is known. */
  readonly steps: number
}

/** The set an attack must stay in, beside the pixel range. */
export interface Bound {
  readonly norm: Norm
  /** In 8-bit units: 8 is 8/255 of the pixel range. */
  readonly radius: number
}

/** What an attack is given: one batch and everything it may use. Images are floats in [0, 1], NCHW. */
export interface AttackTask<P> {
  /** Gradients and classifications, counted per image; cancelling takes effect here. */
  readonly oracle: Oracle
  readonly params: P
  /** The clean images. Not to be written to. */
  readonly images: Images
  /** How many classes the model has. */
  readonly classes: number
  readonly labels: readonly number[]
  /** The class to reach, one per image; empty for an attack without targets. */
  readonly targets: readonly number[]
  /** One stream per image, so that no image's result depends on its neighbours in the batch. */
  readonly random: readonly Random[]
  /** Memory for this batch, which the next one will have again: nothing of it may be in what outlives the batch. */
  readonly workroom: Workroom
  /** A copy of the clean images to be changed, where {@link move} and {@link project} cost least. */
  start(): Images
  /** Brings images back, in place, into the bound round the clean ones and into [0, 1]. */
  project(images: Images): void
  /**
   * One step in place: images + levels / 255 * the steepest direction of unit norm along the gradient (its signs, for an
   * L-infinity bound or none), then projected. Negative levels go downhill.
   */
  move(images: Images, gradient: Images, levels: number): void
  /**
   * The images as they will be judged: projected and rounded to 8 bits. The answer lasts until the next call.
   * @param rows those that matter, by default all; the others are not told anything of
   * @param squares where the squares of their L2 distances from the clean images are written, in levels: whole numbers
   */
  quantize(images: Images, rows?: readonly number[], squares?: Float64Array): Images
}

/**
 * One attack: its description and its update rule. The runner owns bounds, rounding, judging, batches, progress, counting
 * and cancelling, so a new attack is one file and one line in `index.ts`.
 */
export interface Attack<S extends ParamSpecs = ParamSpecs> {
  readonly id: string
  readonly title: string
  /** Authors, year, title. */
  readonly paper: string
  /** The norm that the attack bounds or minimises. */
  readonly norm: 'l0' | 'l1' | 'l2' | 'linf'
  /** `gradient` asks for a differentiable model, `query` only classifies, `none` never looks at the model. */
  readonly access: 'gradient' | 'query' | 'none'
  /**
   * Whether the caller names a class to reach for each image. With the caller's targets success is reaching them;
   * without, it is any class but the true one, also for attacks that choose their targets themselves.
   */
  readonly targets: 'none' | 'optional' | 'required'
  /** The form, the command line flags and the check all come from here. */
  readonly params: S
  /** How often each image is put to the model at most, where that is known beforehand. */
  calls?(params: ParamsOf<S>): number
  /** The bound for these parameters; absent for attacks that seek the least distortion instead. */
  bound?(params: ParamsOf<S>): Bound
  /** Its first gradient is that of the clean images: their scores come with it and need no run of their own. */
  readonly startsClean?: true
  /** Picks the targets from the clean scores, for attacks whose `targets` is `none` but that steer to a class. */
  chooseTargets?(clean: Logits): readonly number[]
  /** Yields after each step and returns float images; they are projected and rounded afterwards. */
  run(task: AttackTask<ParamsOf<S>>): AsyncGenerator<Progress, Images>
}
