import type { OnnxGraph, OnnxNode } from '../OnnxGraph'

/** Whether a tensor is asked for in the blocked layout somewhere behind it. */
export interface Demand {
  blocked(name: string): boolean
}

/**
 * @param passes nodes that hand the layout on: what is asked of their output is asked of their inputs
 * @param asks nodes that read their inputs blocked
 */
export function demandOf(
  graph: OnnxGraph,
  passes: (node: OnnxNode) => boolean,
  asks: (node: OnnxNode) => boolean,
): Demand {
  const wanted = new Set<string>()
  for (const node of graph.nodes.toReversed()) {
    const asked = asks(node) || (passes(node) && node.outputs.some((output) => wanted.has(output)))
    if (asked) for (const input of node.inputs) wanted.add(input)
  }
  return { blocked: (name) => wanted.has(name) }
}
