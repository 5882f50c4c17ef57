import { sizeOf } from '../tensor/Tensor'
import { intAttribute, intsAttribute } from './attributes'
import { numbersOf } from './elementTypes'
import type { Shapes } from './inferredShapes'
import type { OnnxNode, OnnxTensor } from './OnnxGraph'

/** Attributes of windows by which an axis may grow. */
const windowAttributes = ['pads', 'strides', 'dilations', 'kernel_shape', 'output_padding', 'output_shape']

/**
 * A bound on the longest axis that an operator makes longer, by arithmetic that does not overflow: runtimes infer shapes in 32
 * bits here and there, where 2^32 is nothing. Operators that only rearrange what they get are left to the runtime.
 */
export function longestAxis(
  node: OnnxNode,
  shapes: Shapes,
  constant: (name: string | undefined) => OnnxTensor | undefined,
): number {
  const lengths = (place: number): readonly number[] =>
    (shapes.get(node.inputs[place] ?? '') ?? []).map((length) => length ?? 1)
  const numbers = (place: number): readonly number[] => {
    const tensor = constant(node.inputs[place])
    return tensor && tensor.type !== 'string' && sizeOf(tensor.shape) <= 64 ? numbersOf(tensor) : []
  }
  switch (node.op) {
    case 'Concat': {
      const rank = lengths(0).length
      const given = intAttribute(node, 'axis', 0)
      const axis = given < 0 ? given + rank : given
      return node.inputs.reduce((sum, _, place) => sum + (lengths(place)[axis] ?? 1), 0)
    }
    case 'Tile':
      return largest(numbers(1).map((times, axis) => times * (lengths(0)[axis] ?? 1)))
    case 'Expand':
    case 'Reshape':
      return largest(numbers(1))
    case 'ConstantOfShape':
      return largest(numbers(0))
    case 'OneHot':
      return largest(numbers(1))
    case 'Pad':
      return largest([...numbers(1), ...(intsAttribute(node, 'pads') ?? [])]) + largest(lengths(0))
    case 'Resize':
    case 'Upsample': {
      const scales = [...numbers(1), ...numbers(2)]
      return Math.max(largest(numbers(3)), largest(scales) * largest(lengths(0)))
    }
    case 'Conv':
    case 'ConvTranspose':
    case 'MaxPool':
    case 'AveragePool':
    case 'LpPool': {
      const by = windowAttributes.map((name) => largest(intsAttribute(node, name) ?? []))
      return largest(by) * largest(lengths(0).slice(2))
    }
    default:
      return 0
  }
}

const largest = (values: readonly number[]): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
