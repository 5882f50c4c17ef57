import type { ModelProfile } from '#contract/profile'
import type { ModelSummary } from '#core/onnx/inspectGraph'
import type { ValueInfo } from '#core/onnx/OnnxGraph'
import type { ModelInfo } from './ModelInfo'

/** Everything that can be told of a model file. */
export interface ModelInspection {
  readonly name: string
  /** SHA-256 of the file, in hex. */
  readonly id: string
  /** Size of the file in bytes. */
  readonly size: number
  /** The inputs as the file has them. */
  readonly fileInputs: readonly ValueInfo[]
  /** The file's graph with its preprocessing in front, before anything is folded. */
  readonly graph: ModelSummary
  /** Free text that the file carries (metadata_props), but for its class names. */
  readonly metadata: Readonly<Record<string, string>>
  /** How its input is made from [0,1] pixels; null when it takes no images. */
  readonly profile: ModelProfile | null
  /** How it runs here; null when it is no classifier that Halftone can open. */
  readonly model: ModelInfo | null
  /** Why it cannot be opened; null when it can. */
  readonly problem: string | null
}
