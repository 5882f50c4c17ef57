import type { Facts } from './facts'
import type { OnnxGraph } from './OnnxGraph'

/** The size of all 32-bit tensors that a graph computes for one image, in bytes. */
export function activationBytes(graph: OnnxGraph, facts: Facts): number {
  const images = facts.batch === 'free' ? 1 : facts.batch
  let bytes = 0
  for (const output of graph.nodes.flatMap(({ outputs }) => outputs)) {
    const fact = facts.tensors.get(output)
    if (fact?.type === 'float')
      bytes += 4 * fact.shape.reduce<number>((product, length) => product * (length ?? 1), 1)
  }
  return Math.ceil(bytes / images)
}
