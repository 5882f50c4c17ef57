import type { GraphProto } from './gen/onnx_pb'
import type { OnnxNode } from './OnnxGraph'

/**
 * Everything that a node reads: its inputs, and what the subgraphs of If, Loop and Scan take from outside by name. Names
 * that a subgraph makes itself are among them too, which does no harm: ONNX forbids them to hide outer ones.
 */
export function readsOf(node: OnnxNode): readonly string[] {
  const subgraphs = Object.values(node.attributes).flatMap((attribute) =>
    attribute.kind === 'opaque'
      ? [...(attribute.value.g ? [attribute.value.g] : []), ...attribute.value.graphs]
      : [],
  )
  return subgraphs.length === 0 ? node.inputs : [...node.inputs, ...subgraphs.flatMap(namesIn)]
}

function namesIn(graph: GraphProto): string[] {
  return [
    ...graph.output.map(({ name }) => name),
    ...graph.node.flatMap((node) => [
      ...node.input,
      ...node.attribute.flatMap(({ g, graphs }) => [...(g ? [g] : []), ...graphs].flatMap(namesIn)),
    ]),
  ]
}
