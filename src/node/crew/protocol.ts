import type { AttackJob } from '#core/attacks/run'
import type { GraphKind } from '#core/models/GraphKind'
import type { Loss } from '#core/models/DifferentiableModel'
import type { ModelSummary } from '#core/models/ModelSummary'
import type { Images, Logits } from '#core/tensor/Images'
import type { PreparedGraph } from '../onnx/openPrepared'

/** Which model of the process's a call is about. */
export interface OfModel {
  readonly model: number
}

/** All that a thread must know of a model before it asks for its graphs. */
export interface ModelTerms extends OfModel {
  /** Content hash of the model's file. */
  readonly id: string
  readonly summary: ModelSummary
  /** For what the images of one run leave on their way, in bytes. */
  readonly memory: number
}

/** Images in shared memory, which the thread copies: ONNX Runtime takes none of it. */
export interface GradientCall extends OfModel {
  readonly images: Images
  readonly loss: Loss
  /** Shared memory as long as the images', to which the gradient is written. */
  readonly gradient: Float32Array
}

export interface LogitsCall extends OfModel {
  readonly images: Images
}

/** Loss and scores come back as messages: they are short. */
export interface GradientReply {
  readonly loss: Float32Array
  readonly logits: Logits
}

/** An attack as plain data: what is attacked is the thread's own model. */
export type PlainAttackJob = Omit<AttackJob, 'attack' | 'model' | 'judge' | 'realise' | 'workroom'> & {
  /** A name in the registry of `#core/attacks/index`. */
  readonly attack: string
}

export interface AttackCall extends OfModel {
  /** The attack that these images are a part of: its memory serves its next part. */
  readonly attack: number
  readonly job: PlainAttackJob
  /** Whether each result is to say how long it took. */
  readonly timed: boolean
}

export interface EndAttackCall extends OfModel {
  readonly attack: number
  /** Its name in the registry. */
  readonly name: string
}

/** What a thread asks the thread that started it. */
export interface GraphCall extends OfModel {
  readonly kind: GraphKind
  /** How many of those that were prepared before ONNX Runtime did not take. */
  readonly refused: number
}

/** The calls that the starting thread answers. */
export interface GraphHandlers {
  graph(call: GraphCall): Promise<PreparedGraph>
}
