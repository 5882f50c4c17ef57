import type { OnnxGraph } from '#core/onnx/OnnxGraph'

/** An inner tensor of a model by its name in the file, and the operator that makes it. */
export interface Layer {
  readonly name: string
  readonly op: string
}

/** Every tensor that a model computes, in the order of its file. */
export function layersOf(graph: OnnxGraph): Layer[] {
  return graph.nodes.flatMap(({ op, outputs }) =>
    outputs.filter((name) => name !== '').map((name) => ({ name, op })),
  )
}

const dense = new Set(['Gemm', 'MatMul'])

/** What goes into the last dense layer: the features that the model classifies by. Undefined where that is the image itself. */
export function featureLayer(graph: OnnxGraph): string | undefined {
  const computed = new Set(layersOf(graph).map(({ name }) => name))
  const last = graph.nodes.findLast(({ op }) => dense.has(op))
  return last?.inputs.find((name) => computed.has(name))
}
