import { HalftoneError } from '../errors'
import { sizeOf } from '../tensor/Tensor'
import { isFloating } from './elementTypes'
import { factOf } from './facts'
import type { Facts } from './facts'
import { findLogits } from './findLogits'
import { countFlops } from './flops'
import { buildGradientGraph } from './gradientGraph'
import type { ElementType, OnnxGraph } from './OnnxGraph'

export interface TensorSummary {
  readonly name: string
  readonly type: ElementType
  /** null for a length that follows the batch. */
  readonly shape: readonly (number | null)[]
}

/** What `halftone model inspect` tells. */
export interface ModelSummary {
  readonly inputs: readonly TensorSummary[]
  readonly outputs: readonly TensorSummary[]
  /** The tensor that attacks take as scores, and how many classes it has; undefined when the model is no classifier. */
  readonly logits: { readonly name: string; readonly classes: number } | undefined
  /** 'free', or the only number of images that the model takes at once. */
  readonly batch: 'free' | number
  /** 0 for what is no ONNX graph. */
  readonly opset: number
  /** How often each operator occurs, most frequent first. */
  readonly ops: readonly { readonly op: string; readonly count: number }[]
  /** Floating point values among the constants. */
  readonly parameters: number
  /** Floating point operations of one image, a multiply-add counted as two: convolutions and matrix products. */
  readonly flops: number
  /** True, or the reason why there is no gradient. */
  readonly differentiable: true | { readonly reason: string }
}

/**
 * Everything that can be said of a model without running it. Never throws for a model that could be read.
 * @param output the output that was chosen for the scores; null for the likeliest
 */
export function inspectGraph(graph: OnnxGraph, facts: Facts, output: string | null = null): ModelSummary {
  const summary = (name: string): TensorSummary => ({ name, ...factOf(facts, name) })
  const logits = attempt(() => findLogits(graph, facts, output))
  return {
    inputs: graph.inputs.map(({ name }) => summary(name)),
    outputs: graph.outputs.map(({ name }) => summary(name)),
    logits: logits instanceof HalftoneError ? undefined : logits,
    batch: facts.batch,
    ...contentsOf(graph),
    flops: countFlops(graph, facts),
    differentiable: differentiability(graph, facts, output),
  }
}

/** What a graph is made of. */
export function contentsOf(graph: OnnxGraph): Pick<ModelSummary, 'opset' | 'ops' | 'parameters'> {
  const counts = new Map<string, number>()
  for (const { op, domain } of graph.nodes) {
    const name = domain === '' ? op : `${domain}.${op}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return {
    opset: graph.opsets.get('') ?? 0,
    ops: [...counts]
      .map(([op, count]) => ({ op, count }))
      .sort((a, b) => b.count - a.count || (a.op < b.op ? -1 : 1)),
    parameters: [...graph.initializers.values()]
      .filter(({ type }) => isFloating(type))
      .reduce((sum, { shape }) => sum + sizeOf(shape), 0),
  }
}

function differentiability(
  graph: OnnxGraph,
  facts: Facts,
  output: string | null,
): ModelSummary['differentiable'] {
  const failure = attempt(() => {
    const input = graph.inputs[0]
    if (!input) throw new HalftoneError('unsupported', 'The model has no input.')
    buildGradientGraph(graph, facts, {
      input: input.name,
      logits: findLogits(graph, facts, output),
      loss: { kind: 'cross-entropy' },
    })
  })
  return failure instanceof HalftoneError ? { reason: failure.message } : true
}

function attempt<T>(work: () => T): T | HalftoneError {
  try {
    return work()
  } catch (error) {
    if (error instanceof HalftoneError) return error
    throw error
  }
}
