import type { ElementType, OnnxGraph, ValueInfo } from './OnnxGraph'
import { withoutWeights } from './withoutWeights'
import { writeModel } from './writeModel'

/** Type and lengths of a model's outputs, found without running it; null for a length that only a run would tell. */
export type OutputInference = (
  model: Uint8Array,
) => Promise<ReadonlyMap<string, { readonly type: ElementType; readonly shape: readonly (number | null)[] }>>

/**
 * Notes every tensor's shape in the graph, lengths that follow the batch by names: one name for lengths that are the same at two
 * batch sizes. ONNX Runtime lets an operator write over its input, and a tensor take the memory of one that is not needed any
 * more, only where it knows that both have the same shape, and behind a Reshape with an open length it does not.
 */
export async function nameLengths(graph: OnnxGraph, infer: OutputInference): Promise<OnnxGraph> {
  const bare = withoutWeights(graph)
  const names = graph.nodes.flatMap(({ outputs }) => outputs.filter((output) => output !== ''))
  const at = (count: number): ReturnType<OutputInference> => {
    const inputs = bare.inputs.map((info) => atBatch(info, count))
    return infer(writeModel({ ...bare, inputs, outputs: names.map((name) => ({ name })) }))
  }
  const [one, other] = [await at(2), await at(3)]
  const values: ValueInfo[] = []
  for (const name of names) {
    const [first, second] = [one.get(name), other.get(name)]
    if (first?.shape.length !== second?.shape.length || !first || !second) continue
    if (first.shape.includes(null) || second.shape.includes(null)) continue
    const shape = first.shape.map((length, axis) => {
      const again = second.shape[axis]
      return length === again ? length : `lengths_${length}_${again}`
    })
    values.push({ name, type: first.type, shape })
  }
  return { ...graph, values }
}

const atBatch = (info: ValueInfo, count: number): ValueInfo => ({
  ...info,
  ...(info.shape && { shape: info.shape.map((length) => (typeof length === 'number' ? length : count)) }),
})
