import type { ModelProfile } from '#contract/profile'
import { activationBytes } from '#core/onnx/activationBytes'
import type { ImageSpec } from '#core/tensor/Images'
import type { OnnxClassifier } from './loadOnnx'
import type { Differentiable } from './ModelInfo'

/** What must be known of a model to run its graphs: plain data, without any of its weights. */
export interface ModelSummary {
  /** The graphs' image input. */
  readonly inputName: string
  readonly input: ImageSpec
  readonly classes: readonly string[]
  /** How many images a run takes. */
  readonly batch: 'free' | number
  /** What one image leaves in memory on its way through the model, in bytes: all of it is there while a gradient is taken. */
  readonly activationBytes: number
  readonly differentiable: Differentiable
  readonly profile: ModelProfile
  /** What is done with the model that its file does not say. */
  readonly notes: readonly string[]
}

export function summaryOf(model: OnnxClassifier): ModelSummary {
  const { inputName, input, classes, graph, facts, differentiable, profile, notes } = model
  return {
    inputName,
    input,
    classes,
    batch: facts.batch,
    activationBytes: activationBytes(graph, facts),
    differentiable,
    profile,
    notes,
  }
}
