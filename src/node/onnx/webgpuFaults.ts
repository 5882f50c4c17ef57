import { intAttribute } from '#core/onnx/attributes'
import type { OnnxGraph, OnnxNode } from '#core/onnx/OnnxGraph'

/**
 * Whether ONNX Runtime 1.30's WebGPU back end takes a node and then fails or computes something else, as found by running
 * every gradient rule's graphs on it (docs/decisions/0032-back-ends.md). Such a node is left to the CPU.
 */
export function failsOnWebGpu(node: OnnxNode, graph: OnnxGraph): boolean {
  if (node.domain !== '') return false
  switch (node.op) {
    case 'MaxPool':
      // "The Indices output is not supported yet."
      return (node.outputs[1] ?? '') !== ''
    case 'ConvTranspose':
      return mixesGroups(node, graph)
    case 'Slice':
      return goesBackwards(node, graph)
    case 'Softmax':
      // It reads the axis as operator set 13 does, as one axis and not as the first of those that are one.
      return (graph.opsets.get('') ?? 1) < 13 && intAttribute(node, 'axis', 1) !== -1
    default:
      return false
  }
}

/** Several groups of several input channels and one output channel each: it gives other values. */
function mixesGroups(node: OnnxNode, { initializers }: OnnxGraph): boolean {
  const groups = intAttribute(node, 'group', 1)
  if (groups === 1) return false
  const kernel = initializers.get(node.inputs[1] ?? '')?.shape
  return kernel === undefined || (kernel[1] === 1 && kernel[0]! > groups)
}

/** From another place than the end: it starts at the end. */
function goesBackwards(node: OnnxNode, { initializers }: OnnxGraph): boolean {
  const name = node.inputs[4] ?? ''
  if (name === '') return false
  const steps = initializers.get(name)
  return steps === undefined || [...steps.data].some((step) => Number(step) < 0)
}
