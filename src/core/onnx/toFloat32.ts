import { elementCodes, elementTypeOf, makeTensor } from './elementTypes'
import { floatsOfBrains, floatsOfHalves } from './halfFloats'
import type {
  Attribute,
  Attributes,
  ElementType,
  OnnxGraph,
  OnnxNode,
  OnnxTensor,
  ValueInfo,
} from './OnnxGraph'

/** Types that a graph can be brought from to 32-bit floats. */
export type OtherFloat = 'float16' | 'bfloat16' | 'double'

/** The float types other than 32 bits that a graph holds constants of, casts to, or takes and gives. */
export function otherFloats(graph: OnnxGraph): ReadonlySet<OtherFloat> {
  const found = new Set<OtherFloat>()
  const see = (type: ElementType | undefined): void => {
    if (type === 'float16' || type === 'bfloat16' || type === 'double') found.add(type)
  }
  for (const { type } of [...graph.inputs, ...graph.outputs, ...graph.initializers.values()]) see(type)
  for (const node of graph.nodes) {
    for (const [name, attribute] of Object.entries(node.attributes)) {
      if (attribute.kind === 'tensor') see(attribute.value.type)
      else if (isTypeCode(node, name) && attribute.kind === 'int') see(elementTypeOf(attribute.value))
    }
  }
  return found
}

/**
 * The graph with every tensor of the given types as 32-bit floats: constants converted, casts and type attributes
 * redirected. Half precision fits into 32 bits exactly; what differs from the file is that nothing is rounded in between.
 * Subgraphs of If, Loop and Scan are left as they are.
 */
export function toFloat32(graph: OnnxGraph, types: ReadonlySet<OtherFloat>): OnnxGraph {
  const is = (type: ElementType | undefined): boolean =>
    (types as ReadonlySet<ElementType | undefined>).has(type)
  const info = (value: ValueInfo): ValueInfo => (is(value.type) ? { ...value, type: 'float' } : value)
  const tensor = (value: OnnxTensor): OnnxTensor => (is(value.type) ? widened(value) : value)
  const attribute = (node: OnnxNode, name: string, value: Attribute): Attribute => {
    if (value.kind === 'tensor') return { kind: 'tensor', value: tensor(value.value) }
    const redirected = isTypeCode(node, name) && value.kind === 'int' && is(elementTypeOf(value.value))
    return redirected ? { kind: 'int', value: elementCodes.float } : value
  }
  const attributes = (node: OnnxNode): Attributes =>
    Object.fromEntries(
      Object.entries(node.attributes).map(([name, value]) => [name, attribute(node, name, value)]),
    )
  return {
    ...graph,
    inputs: graph.inputs.map(info),
    outputs: graph.outputs.map(info),
    nodes: graph.nodes.map((node) => ({ ...node, attributes: attributes(node) })),
    initializers: new Map([...graph.initializers].map(([name, value]) => [name, tensor(value)])),
  }
}

/** `to` of Cast, and `dtype` of the operators that make tensors out of nothing. */
const isTypeCode = (node: OnnxNode, name: string): boolean =>
  (node.op === 'Cast' && name === 'to') || name === 'dtype'

function widened(tensor: OnnxTensor): OnnxTensor {
  const { type, shape, data } = tensor
  switch (type) {
    case 'float16':
      return makeTensor('float', shape, floatsOfHalves(data))
    case 'bfloat16':
      return makeTensor('float', shape, floatsOfBrains(data))
    case 'double':
      return makeTensor('float', shape, Float32Array.from(data))
    default:
      return tensor
  }
}
