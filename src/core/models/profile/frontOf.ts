import { floatAttribute, intAttribute, intsAttribute } from '#core/onnx/attributes'
import { numbersOf } from '#core/onnx/elementTypes'
import type { OnnxGraph, OnnxNode, OnnxTensor } from '#core/onnx/OnnxGraph'
import type { ImageInput } from './imageInput'
import { readersIn } from './readersIn'

/** What a graph does to its input before anything is learned: scaled * x + shift by channel, and in which order. */
export interface Front {
  readonly scale: readonly number[]
  readonly shift: readonly number[]
  /** The channels are turned round. */
  readonly flipped: boolean
  /** The arithmetic operators that were read, in order. */
  readonly ops: readonly string[]
  /** Statistics of a batch normalisation that the input goes straight into. */
  readonly statistics: { readonly mean: number; readonly variance: number } | null
}

const passes = new Set(['Cast', 'Identity', 'Dropout', 'Resize'])

/** Reads the arithmetic at the front of a graph, for as long as it is one chain of constants by channel. */
export function frontOf(graph: OnnxGraph, input: ImageInput): Front {
  const { channels } = input
  let axis = input.layout === 'NCHW' ? 1 : 3
  let scale = Array.from({ length: channels }, () => 1)
  let shift = Array.from({ length: channels }, () => 0)
  let flipped = false
  let statistics: Front['statistics'] = null
  const ops: string[] = []
  const readers = readersIn(graph)
  let tensor = input.name
  for (;;) {
    const users = (readers.get(tensor) ?? []).filter(({ op }) => op !== 'Shape')
    const [node] = users
    if (!node || users.length > 1) break
    if (node.op === 'Transpose') {
      axis = (intsAttribute(node, 'perm') ?? [3, 2, 1, 0]).indexOf(axis)
    } else if (turnsChannels(graph, node, axis, channels)) {
      flipped = !flipped
      scale = scale.toReversed()
      shift = shift.toReversed()
    } else if (node.op === 'BatchNormalization' && axis === 1) {
      const normal = normalisation(graph, node)
      if (!normal || normal.scale.length !== channels) break
      if (ops.length === 0) statistics = normal.statistics
      scale = scale.map((value, c) => value * normal.scale[c]!)
      shift = shift.map((value, c) => value * normal.scale[c]! + normal.shift[c]!)
      ops.push(node.op)
    } else if (!passes.has(node.op)) {
      const step = arithmetic(graph, node, tensor, axis, channels)
      if (!step) break
      scale = scale.map((value, c) => value * step.scale[c]!)
      shift = shift.map((value, c) => value * step.scale[c]! + step.shift[c]!)
      ops.push(node.op)
    }
    tensor = node.outputs[0]!
  }
  return { scale, shift, flipped, ops, statistics }
}

function arithmetic(
  graph: OnnxGraph,
  { op, inputs }: OnnxNode,
  tensor: string,
  axis: number,
  channels: number,
): { readonly scale: readonly number[]; readonly shift: readonly number[] } | null {
  if (!['Add', 'Sub', 'Mul', 'Div'].includes(op)) return null
  const first = inputs[0] === tensor
  const constant = graph.initializers.get((first ? inputs[1] : inputs[0]) ?? '')
  const values = constant && byChannel(constant, axis, channels)
  if (!values || (op === 'Div' && !first)) return null
  const same = (value: number): number[] => values.map(() => value)
  switch (op) {
    case 'Add':
      return { scale: same(1), shift: values }
    case 'Sub':
      return first
        ? { scale: same(1), shift: values.map((value) => -value) }
        : { scale: same(-1), shift: values }
    case 'Mul':
      return { scale: values, shift: same(0) }
    default:
      return { scale: values.map((value) => 1 / value), shift: same(0) }
  }
}

/** One value for each channel of a constant that is broadcast against [n, ..., ...]; null when it is of another shape. */
function byChannel(constant: OnnxTensor, axis: number, channels: number): readonly number[] | null {
  if (constant.type !== 'float' && constant.type !== 'double') return null
  const { shape } = constant
  if (shape.every((length) => length === 1)) {
    return Array.from({ length: channels }, () => numbersOf(constant)[0]!)
  }
  const lead = 4 - shape.length
  const alone = shape.every((length, i) => length === (i + lead === axis ? channels : 1))
  return lead >= 0 && alone ? numbersOf(constant) : null
}

function normalisation(graph: OnnxGraph, node: OnnxNode) {
  const values = node.inputs.slice(1, 5).map((name) => graph.initializers.get(name))
  if (values.length < 4 || values.some((value) => value?.type !== 'float')) return null
  const [gamma, beta, mean, variance] = values.map((value) => numbersOf(value!)) as [
    number[],
    number[],
    number[],
    number[],
  ]
  const epsilon = floatAttribute(node, 'epsilon', 1e-5)
  const scale = gamma.map((value, c) => value / Math.sqrt(variance[c]! + epsilon))
  const average = (list: readonly number[]): number =>
    list.reduce((sum, value) => sum + value, 0) / list.length
  return {
    scale,
    shift: beta.map((value, c) => value - mean[c]! * scale[c]!),
    statistics: { mean: average(mean), variance: average(variance) },
  }
}

/** x[:, ::-1], as a Gather of [2, 1, 0] or a Slice by -1. */
function turnsChannels(graph: OnnxGraph, node: OnnxNode, axis: number, channels: number): boolean {
  const list = (place: number): number[] | null => {
    const constant = graph.initializers.get(node.inputs[place] ?? '')
    return constant ? numbersOf(constant) : null
  }
  const counted = (given: number): number => (given < 0 ? given + 4 : given)
  if (node.op === 'Gather' && counted(intAttribute(node, 'axis', 0)) === axis) {
    const indices = list(1)
    return indices?.length === channels && indices.every((index, i) => index === channels - 1 - i)
  }
  if (node.op !== 'Slice') return false
  const [axes, steps] = [list(3), list(4)]
  return axes?.length === 1 && counted(axes[0]!) === axis && steps?.[0] === -1
}
