import { sizeOf } from '../tensor/Tensor'
import type { OnnxGraph, OnnxNode, OnnxTensor } from './OnnxGraph'
import { readsOf } from './subgraphs'

/** Constants above this many values are of no use for shapes, and cost time. */
const small = 1024

const isLarge = ({ shape }: OnnxTensor): boolean => sizeOf(shape) > small

/** The names of all large constants, whatever they are for: ONNX Runtime infers shapes without them. */
export function largeConstants(graph: OnnxGraph): ReadonlySet<string> {
  return new Set([...graph.initializers].flatMap(([name, tensor]) => (isLarge(tensor) ? [name] : [])))
}

/** Layers that hold nearly all the weights of any classifier, and whose outputs' lengths are the same whatever these are. */
const layers: ReadonlySet<string> = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul'])

/** Operators of which the values, not only the shapes, of what comes in decide on the lengths of what comes out. */
const byValue: ReadonlySet<string> = new Set(['NonZero', 'NonMaxSuppression', 'Unique', 'Compress'])

/**
 * The names of the large weights that a run needs not have to tell every shape: of convolutions and dense layers, read by
 * nothing else. None in a graph with branches, loops, functions or operators whose values decide on lengths.
 */
export function layerWeights(graph: OnnxGraph): ReadonlySet<string> {
  const hangsOnValues = ({ op, attributes }: OnnxNode): boolean =>
    byValue.has(op) || Object.values(attributes).some(({ kind }) => kind === 'opaque')
  if (graph.functions.length > 0 || graph.nodes.some(hangsOnValues)) return new Set()
  const found = new Set<string>()
  for (const [name, tensor] of graph.initializers) {
    if ((tensor.type === 'float' || tensor.type === 'double') && isLarge(tensor)) found.add(name)
  }
  for (const { name } of [...graph.inputs, ...graph.outputs]) found.delete(name)
  for (const node of graph.nodes) {
    if (node.domain === '' && layers.has(node.op)) continue
    for (const name of readsOf(node)) found.delete(name)
  }
  return found
}

/** The graph with some of its constants as inputs, of the same types and shapes, after its own. */
export function withoutWeights(graph: OnnxGraph, names = largeConstants(graph)): OnnxGraph {
  const taken = [...graph.initializers].filter(([name]) => names.has(name))
  return {
    ...graph,
    inputs: [...graph.inputs, ...taken.map(([name, { type, shape }]) => ({ name, type, shape }))],
    initializers: new Map([...graph.initializers].filter(([name]) => !names.has(name))),
  }
}
