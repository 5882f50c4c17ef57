import type { OnnxGraph, OnnxNode } from '#core/onnx/OnnxGraph'

/** The nodes that read each tensor, in order. */
export function readersIn(graph: OnnxGraph): ReadonlyMap<string, readonly OnnxNode[]> {
  const readers = new Map<string, OnnxNode[]>()
  for (const node of graph.nodes) {
    for (const name of new Set(node.inputs)) {
      const known = readers.get(name)
      if (known) known.push(node)
      else readers.set(name, [node])
    }
  }
  return readers
}
