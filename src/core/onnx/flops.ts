import { intAttribute } from './attributes'
import type { Facts } from './facts'
import type { OnnxGraph, OnnxNode } from './OnnxGraph'

/**
 * Floating point operations of one image, a multiply-add counted as two. Convolutions and matrix products count; what is
 * done once for each element is left out, as in most published figures.
 */
export function countFlops(graph: OnnxGraph, facts: Facts): number {
  const images = facts.batch === 'free' ? 1 : facts.batch
  return graph.nodes.reduce((sum, node) => sum + nodeFlops(node, facts), 0) / images
}

function nodeFlops(node: OnnxNode, facts: Facts): number {
  /** A length that follows the batch counts once: the figure is for one image. */
  const shape = (name: string | undefined): readonly number[] =>
    facts.tensors.get(name ?? '')?.shape.map((length) => length ?? 1) ?? []
  const size = (lengths: readonly number[]): number =>
    lengths.reduce((product, length) => product * length, 1)
  const [x, w] = [shape(node.inputs[0]), shape(node.inputs[1])]
  const out = shape(node.outputs[0])
  switch (node.op) {
    case 'Conv':
      return 2 * size(out) * size(w.slice(1))
    case 'ConvTranspose':
      return 2 * size(x) * size(w.slice(1))
    case 'Gemm':
      return 2 * size(out) * (x[intAttribute(node, 'transA', 0) === 0 ? 1 : 0] ?? 0)
    case 'MatMul':
      return 2 * size(out) * (x.at(-1) ?? 0)
    default:
      return 0
  }
}
