import { makeTensor, toInt64 } from './elementTypes'
import type { Facts } from './facts'
import type { OnnxGraph, OnnxNode, OnnxTensor } from './OnnxGraph'

/**
 * The graph without arithmetic on lengths, as exporters write it where the batch is free: what comes out the same for any batch
 * becomes a constant, and a Reshape gets a constant target with -1 for the length that follows the batch. A third of the nodes of
 * an exported transformer are of that kind, and the optimiser of ONNX Runtime does not see through them.
 */
export function foldLengths(graph: OnnxGraph, facts: Facts): OnnxGraph {
  const initializers = new Map(graph.initializers)
  const nodes: OnnxNode[] = []
  for (const node of graph.nodes) {
    const known = node.outputs.map((output) => facts.constants?.get(output))
    if (known.every((constant) => constant !== undefined)) {
      node.outputs.forEach((output, place) => initializers.set(output, known[place]!))
      continue
    }
    const target = targetOf(node, facts, initializers)
    if (!target) nodes.push(node)
    else {
      const name = `target_${target.data.join('_')}`
      initializers.set(name, target)
      nodes.push({ ...node, inputs: [node.inputs[0]!, name], attributes: {} })
    }
  }
  return { ...graph, nodes, initializers }
}

/** What a Reshape to computed lengths comes to; null where two of them follow the batch. */
function targetOf(
  { op, domain, inputs, outputs }: OnnxNode,
  facts: Facts,
  initializers: ReadonlyMap<string, OnnxTensor>,
): OnnxTensor | null {
  if (op !== 'Reshape' || domain !== '' || inputs[1] === undefined || initializers.has(inputs[1])) return null
  const shape = facts.tensors.get(outputs[0]!)?.shape
  if (!shape || shape.filter((length) => length === null).length > 1 || shape.includes(0)) return null
  const lengths = shape.map((length) => toInt64(length ?? -1))
  return makeTensor('int64', [lengths.length], BigInt64Array.from(lengths))
}
