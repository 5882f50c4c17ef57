import { sizeOf } from '../tensor/Tensor'
import { intAttribute, intsAttribute } from './attributes'
import { elementCodes, makeTensor, numbersOf, toInt64 } from './elementTypes'
import type { OnnxGraph, OnnxNode, OnnxTensor } from './OnnxGraph'

type Shapes = ReadonlyMap<string, readonly (number | null)[]>

/** More numbers than a shape, its pads or its bounds have. */
const most = 64

/** A scalar or a list of whole numbers. */
interface Value {
  readonly scalar: boolean
  readonly list: readonly number[]
}

/**
 * Computes what exporters make of lengths: Shape, Gather of one length, arithmetic, Concat. No more than short lists, and no
 * operator that could make a long one; whatever else depends on it stays unknown.
 */
export function smallValues(graph: OnnxGraph, shapes: Shapes): ReadonlyMap<string, OnnxTensor> {
  const values = new Map<string, Value>()
  for (const [name, tensor] of graph.initializers) {
    if (tensor.type !== 'int64' && tensor.type !== 'int32') continue
    if (tensor.shape.length > 1 || sizeOf(tensor.shape) > most) continue
    values.set(name, { scalar: tensor.shape.length === 0, list: numbersOf(tensor) })
  }
  const given = new Set(values.keys())
  for (const node of graph.nodes) {
    const [output] = node.outputs
    if (node.domain !== '' || node.outputs.length !== 1 || output === undefined) continue
    const value = valueOf(node, values, shapes)
    if (value && value.list.length <= most && value.list.every(Number.isSafeInteger))
      values.set(output, value)
  }
  return new Map(
    [...values]
      .filter(([name]) => !given.has(name))
      .map(([name, { scalar, list }]) => [
        name,
        makeTensor('int64', scalar ? [] : [list.length], BigInt64Array.from(list, toInt64)),
      ]),
  )
}

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => Math.trunc(a / b),
  Max: Math.max,
  Min: Math.min,
}

function valueOf(node: OnnxNode, values: ReadonlyMap<string, Value>, shapes: Shapes): Value | undefined {
  const { op, inputs } = node
  if (op === 'Shape') return shapeValue(node, shapes.get(inputs[0]!))
  const given = inputs.map((name) => values.get(name))
  const [first, second] = given
  if (!first) return undefined
  if (op === 'Identity') return first
  if (op === 'Cast') return intAttribute(node, 'to', 0) === elementCodes.int64 ? first : undefined
  if (op === 'Unsqueeze') return first.scalar ? { ...first, scalar: false } : undefined
  if (op === 'Squeeze') return first.list.length === 1 ? { ...first, scalar: true } : undefined
  if (given.includes(undefined)) return undefined
  if (op === 'Concat') {
    if (given.some((value) => value!.scalar)) return undefined
    return { scalar: false, list: given.flatMap((value) => value!.list) }
  }
  if (!second) return undefined
  if (op === 'Gather' && !first.scalar) {
    const { length } = first.list
    const taken = second.list.map((index) => first.list[index < 0 ? index + length : index])
    return taken.includes(undefined) ? undefined : { scalar: second.scalar, list: taken as number[] }
  }
  if (op === 'Slice' && inputs.length <= 4 && !first.scalar) {
    const [start, end] = [second.list[0], given[2]?.list[0]]
    return start === undefined || end === undefined
      ? undefined
      : { scalar: false, list: first.list.slice(start, end) }
  }
  return Object.hasOwn(arithmetic, op) && inputs.length === 2
    ? combined(arithmetic[op]!, first, second)
    : undefined
}

function shapeValue(node: OnnxNode, shape: readonly (number | null)[] | undefined): Value | undefined {
  if (!shape || shape.includes(null) || intsAttribute(node, 'axes')) return undefined
  const lengths = shape.map((length) => length ?? 0)
  return {
    scalar: false,
    list: lengths.slice(intAttribute(node, 'start', 0), intAttribute(node, 'end', lengths.length)),
  }
}

function combined(op: (a: number, b: number) => number, a: Value, b: Value): Value | undefined {
  const length = Math.max(a.list.length, b.list.length)
  const at = ({ list }: Value, i: number): number | undefined => list[list.length === 1 ? 0 : i]
  const list = Array.from({ length }, (_, i) => {
    const [x, y] = [at(a, i), at(b, i)]
    return x === undefined || y === undefined ? NaN : op(x, y)
  })
  return { scalar: a.scalar && b.scalar, list }
}
