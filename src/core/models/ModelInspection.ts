import type { ModelSummary } from '#core/onnx/inspectGraph'
import type { ModelInfo } from './ModelInfo'

/** Everything that can be told of a model file. */
export interface ModelInspection {
  readonly name: string
  /** SHA-256 of the file, in hex. */
  readonly id: string
  /** Size of the file in bytes. */
  readonly size: number
  /** The file's own graph, before anything is folded. */
  readonly graph: ModelSummary
  /** Free text that the file carries (metadata_props), but for its class names. */
  readonly metadata: Readonly<Record<string, string>>
  /** How it runs here; null when it is no classifier that Halftone can open. */
  readonly model: ModelInfo | null
  /** Why it cannot be opened; null when it can. */
  readonly problem: string | null
}
