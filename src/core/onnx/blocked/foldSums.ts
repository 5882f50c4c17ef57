import type { OnnxGraph, OnnxNode } from '../OnnxGraph'
import { blockedDomain } from './BlockedGraph'

/**
 * A blocked convolution can add its result to a tensor that is there. Every sum of two tensors of which one is such a convolution,
 * asked for by nobody else, becomes part of it.
 */
export function foldSums(graph: OnnxGraph): OnnxGraph {
  const uses = new Map<string, number>()
  const count = (name: string): void => void uses.set(name, (uses.get(name) ?? 0) + 1)
  for (const node of graph.nodes) for (const input of node.inputs) count(input)
  for (const { name } of graph.outputs) count(name)
  const makers = new Map<string, number>()
  const nodes: (OnnxNode | null)[] = []
  for (const node of graph.nodes) {
    const folded = isBlockedAdd(node) ? fold(node, nodes, makers, uses) : null
    const placed = folded ?? node
    for (const output of placed.outputs) makers.set(output, nodes.length)
    nodes.push(placed)
  }
  return { ...graph, nodes: nodes.filter((node) => node !== null) }
}

/** Sums that this rewriting made: both of their sides are blocked and of one shape. */
const isBlockedAdd = ({ op, domain, outputs, inputs }: OnnxNode): boolean =>
  op === 'Add' && domain === '' && outputs[0]!.startsWith('blocked_Add') && inputs.length === 2

/** The sum as the convolution that makes one of its sides, in the sum's place: both sides are there by then. */
function fold(
  sum: OnnxNode,
  nodes: (OnnxNode | null)[],
  makers: ReadonlyMap<string, number>,
  uses: ReadonlyMap<string, number>,
): OnnxNode | null {
  // The later of two convolutions: the other side is likelier to be free for being overwritten.
  const sides = [0, 1].toSorted(
    (a, b) => (makers.get(sum.inputs[b]!) ?? -1) - (makers.get(sum.inputs[a]!) ?? -1),
  )
  for (const side of sides) {
    const at = makers.get(sum.inputs[side]!)
    const conv = at === undefined ? null : nodes[at]
    if (!conv || conv.domain !== blockedDomain || conv.op !== 'Conv') continue
    if (uses.get(conv.outputs[0]!) !== 1 || conv.attributes['activation'] || conv.inputs[3]) continue
    if (sum.inputs[0] === sum.inputs[1]) continue
    nodes[at!] = null
    const [x, weights, bias = ''] = conv.inputs
    return { ...conv, inputs: [x!, weights!, bias, sum.inputs[1 - side]!], outputs: sum.outputs }
  }
  return null
}
