import type { OnnxGraph, OnnxNode } from './OnnxGraph'
import { writeModel } from './writeModel'

/** What a runtime tells of a model's outputs without running it: null for a length that only a run would tell. */
export type Shapes = ReadonlyMap<string, readonly (number | null)[]>

/**
 * Finds the lengths of a model's outputs without running it, or says `overflow` when one of them is beyond 32 bits; nothing
 * for a model that does not load. Handed in, so that the core needs no engine of its own.
 */
export type ShapeInference = (model: Uint8Array) => Promise<Shapes | 'overflow'>

export interface InferredShapes {
  readonly shapes: Shapes
  /** The node from which on lengths cannot be told in 32 bits; null where all can. */
  readonly overflow: OnnxNode | null
}

/** The shapes of a graph's tensors, without running it; up to the first node whose lengths overflow. */
export async function inferredShapes(graph: OnnxGraph, infer: ShapeInference): Promise<InferredShapes> {
  const shapesOf = async (count: number): Promise<Shapes | 'overflow'> => {
    const nodes = graph.nodes.slice(0, count)
    const made = nodes.flatMap(({ outputs }) => outputs.filter((output) => output !== ''))
    const found = await infer(writeModel({ ...graph, nodes, outputs: made.map((name) => ({ name })) }))
    return found === 'overflow' ? found : new Map([...inputShapes(graph), ...found])
  }
  const all = await shapesOf(graph.nodes.length)
  if (all !== 'overflow') return { shapes: all, overflow: null }
  // The first node that overflows is found by halving.
  let [well, ill] = [0, graph.nodes.length]
  let shapes: Shapes = inputShapes(graph)
  while (ill - well > 1) {
    const middle = Math.floor((well + ill) / 2)
    const found = await shapesOf(middle)
    if (found === 'overflow') ill = middle
    else [well, shapes] = [middle, found]
  }
  return { shapes, overflow: graph.nodes[ill - 1]! }
}

function inputShapes(graph: OnnxGraph): Shapes {
  return new Map(
    graph.inputs.map(({ name, shape = [] }) => [
      name,
      shape.map((length) => (typeof length === 'number' ? length : null)),
    ]),
  )
}
