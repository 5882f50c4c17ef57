import { elementTypeOf } from './elementTypes'
import type { ElementType, OnnxGraph, OnnxNode } from './OnnxGraph'

const always: Readonly<Record<string, ElementType>> = {
  Shape: 'int64',
  Size: 'int64',
  ArgMax: 'int64',
  ArgMin: 'int64',
  NonZero: 'int64',
  Equal: 'bool',
  Greater: 'bool',
  GreaterOrEqual: 'bool',
  Less: 'bool',
  LessOrEqual: 'bool',
  And: 'bool',
  Or: 'bool',
  Xor: 'bool',
  Not: 'bool',
  IsNaN: 'bool',
  IsInf: 'bool',
  QuantizeLinear: 'uint8',
  DynamicQuantizeLinear: 'uint8',
  MatMulInteger: 'int32',
  ConvInteger: 'int32',
  DequantizeLinear: 'float',
  OneHot: 'float',
}

/** Operators whose second output is of a type of its own. */
const second: Readonly<Record<string, ElementType>> = { MaxPool: 'int64', TopK: 'int64', Dropout: 'bool' }

/** Element types of all tensors: those that the file states, and by operator the rest (as the first input, mostly). */
export function inferTypes(graph: OnnxGraph): ReadonlyMap<string, ElementType> {
  const types = new Map<string, ElementType>()
  for (const { name, type } of graph.inputs) types.set(name, type ?? 'float')
  for (const [name, { type }] of graph.initializers) types.set(name, type)
  for (const node of graph.nodes) {
    node.outputs.forEach((output, place) => {
      types.set(output, typeOfOutput(node, place, types))
    })
  }
  return types
}

function typeOfOutput(node: OnnxNode, place: number, types: ReadonlyMap<string, ElementType>): ElementType {
  const own = place === 1 ? second[node.op] : undefined
  if (own) return own
  const fixed = always[node.op]
  if (fixed) return fixed
  const to = node.attributes['to']
  if (node.op === 'Cast' && to?.kind === 'int') return elementTypeOf(to.value) ?? 'float'
  const value = node.attributes['value']
  if (value?.kind === 'tensor') return value.value.type
  // What a subgraph gives cannot be told from the inputs (a condition, a count): most likely it is features.
  if (Object.values(node.attributes).some(({ kind }) => kind === 'opaque')) return 'float'
  const carrier = node.op === 'Where' ? node.inputs[1] : node.inputs[0]
  return types.get(carrier ?? '') ?? 'float'
}
