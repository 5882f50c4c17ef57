import type { ProfileInput } from '#contract/profile'
import type { CancelSignal } from '#core/errors'
import type { AttackOutcome } from '#core/attacks/outcome'
import type { AttackProgress } from '#core/attacks/run'
import type { Loss, GradientResult } from '#core/models/DifferentiableModel'
import type { ModelInfo, Provider } from '#core/models/ModelInfo'
import type { ModelInspection } from '#core/models/ModelInspection'
import type { ProfileCheck } from '#core/models/profile/checkProfile'
import type { Through } from '#core/models/wrappers/through'
import type { ByteImages, Images, Logits } from '#core/tensor/Images'
import type { Tensor } from '#core/tensor/Tensor'

/** Where a model comes from: a file on this machine, or its bytes. */
export type ModelSource =
  | {
      readonly kind: 'file'
      readonly path: string
      /** A file of class names, one a line or a JSON array; by default the names in the model, if it has any. */
      readonly labels?: string
      /** What is known of the preprocessing; the rest is read from beside the file, or detected. */
      readonly profile?: ProfileInput
    }
  | {
      readonly kind: 'bytes'
      readonly bytes: Uint8Array
      readonly name: string
      readonly classes?: readonly string[]
      readonly profile?: ProfileInput
    }

export interface OpenOptions {
  /** Run on this back end or fail; by default the best one that works. */
  readonly provider?: Provider
  /** Threads of the CPU back end; by default one per core. */
  readonly threads?: number
}

/** A signal that also tells when it aborts; an AbortSignal is one. */
export interface AbortEvents extends CancelSignal {
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

export interface CallOptions {
  readonly signal?: AbortEvents
}

/** Images done of all images. */
export interface ImageProgress {
  readonly done: number
  readonly total: number
}

export interface BatchOptions extends CallOptions {
  /** Images per run of the graph; by default the engine's own choice. Never changes a result beyond float noise. */
  readonly batch?: number
  readonly onProgress?: (progress: ImageProgress) => void
}

export interface AttackOptions extends CallOptions {
  readonly onProgress?: (progress: AttackProgress) => void
}

/** Progress counts the images of every profile that is tried. */
export type CheckOptions = Pick<BatchOptions, 'signal' | 'onProgress'>

export interface AttackRequest {
  /** A name in the registry of `#core/attacks/index`. */
  readonly attack: string
  /** Parameters by name; absent ones take their defaults. */
  readonly params?: Readonly<Record<string, unknown>>
  readonly images: ByteImages
  /** The true label of each image. */
  readonly labels: readonly number[]
  /** The class to reach, one per image, for attacks that are given targets. */
  readonly targets?: readonly number[]
  readonly seed: string
  /** Names of the images: each has random numbers of its own, drawn from the seed and its name. By default its index. */
  readonly keys?: readonly string[]
  readonly batch?: number
  /** Wrappers between the attack and the model: an expectation over transformations, a defense, a change of variable. */
  readonly through?: Through
  /** Whether each result is to say how long it took; it then differs from run to run. */
  readonly timed?: boolean
}

/** An open model in the engine. Stays usable after the engine was lost: the next call opens it again. */
export interface EngineModel {
  readonly info: ModelInfo
  /** @throws HalftoneError `cancelled`, `engine-lost`, `shape-mismatch`; so do all calls below. */
  classify(images: ByteImages, options?: BatchOptions): Promise<Logits>
  /** Loss, logits and d loss / d pixel for float images, pixels in [0,1]. */
  gradient(images: Images, loss: Loss, options?: BatchOptions): Promise<GradientResult>
  /** The named inner tensor, batch first. */
  activations(images: Images, layer: string, options?: CallOptions): Promise<Tensor>
  /** @throws HalftoneError `not-differentiable` too, naming the op and the node. */
  attack(request: AttackRequest, options?: AttackOptions): Promise<AttackOutcome>
  /** Frees the model in the engine. */
  close(): Promise<void>
}

/**
 * Runs models somewhere else: a child process, Electron's utility process, another machine. Cancelling a call takes
 * effect at once, if need be by ending the process; every other call then under way fails with `engine-lost`, and the
 * next call gets a fresh engine.
 */
export interface Engine extends AsyncDisposable {
  /** @throws HalftoneError `not-found`, `unreadable-file`, `unsupported` (a provider that does not work here) */
  open(source: ModelSource, options?: OpenOptions): Promise<EngineModel>
  /**
   * What is in a model file, also in one that cannot be opened as a classifier.
   * @throws HalftoneError `not-found`, `unreadable-file`
   */
  inspect(source: ModelSource, options?: OpenOptions): Promise<ModelInspection>
  /**
   * Whether a model's profile is the right one, by labelled images of its size: the known profiles, best first.
   * @throws HalftoneError as `open`; `shape-mismatch`, `invalid-argument` for images or labels that are not the model's
   */
  check(
    source: ModelSource,
    labelled: { readonly images: ByteImages; readonly labels: readonly number[] },
    options?: OpenOptions & CheckOptions,
  ): Promise<ProfileCheck>
  close(): Promise<void>
}
