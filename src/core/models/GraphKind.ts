import { buildGradientGraph, buildLogitsGraph, type LossKind } from '#core/onnx/gradientGraph'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { buildActivationGraph } from './activationGraph'
import type { OnnxClassifier } from './loadOnnx'

/** What a graph of a model is to give. */
export type GraphKind =
  | { readonly kind: 'logits' }
  | { readonly kind: 'gradient'; readonly loss: LossKind }
  | { readonly kind: 'activations'; readonly layer: string }

/** What a graph's inputs and outputs are called in it. */
export interface GraphPorts {
  /** float [n, channels, height, width]. */
  readonly input: string
  /** int64 [n], for cross-entropy and margin. */
  readonly labels?: string | undefined
  /** float scalar, for margin. */
  readonly confidence?: string | undefined
  /** float [n, classes], for the cotangent loss. */
  readonly cotangent?: string | undefined
  /** All float: the logits; or loss, logits and gradient; or the activations. */
  readonly outputs: readonly string[]
}

export interface BuiltGraph {
  readonly graph: OnnxGraph
  readonly ports: GraphPorts
}

/** One word or two for each kind, different for different graphs. */
export function graphName(kind: GraphKind): string {
  if (kind.kind === 'logits') return 'logits'
  if (kind.kind === 'activations') return `activations ${kind.layer}`
  const { loss } = kind
  if (loss.kind !== 'margin') return `gradient ${loss.kind}`
  return `gradient ${loss.targeted ? 'targeted' : 'untargeted'} margin`
}

/**
 * Writes the graph of that kind for a model.
 * @throws HalftoneError `not-differentiable`, naming op and node, when an operator has no gradient rule; `not-found` for a
 *   layer that the model does not have
 */
export function buildGraph(model: OnnxClassifier, kind: GraphKind): BuiltGraph {
  const { facts, inputName: input, logits } = model
  switch (kind.kind) {
    case 'logits': {
      const built = buildLogitsGraph(model.graph, facts, logits)
      return { graph: built.graph, ports: { input, outputs: [built.logits] } }
    }
    case 'gradient': {
      const { graph, ...names } = buildGradientGraph(model.graph, facts, { input, logits, loss: kind.loss })
      const { labels, confidence, cotangent } = names
      const outputs = [names.loss, names.logits, names.gradient]
      return { graph, ports: { input: names.input, labels, confidence, cotangent, outputs } }
    }
    case 'activations': {
      const { graph, output } = buildActivationGraph(model, kind.layer)
      return { graph, ports: { input, outputs: [output] } }
    }
  }
}
