import { intAttribute } from '../attributes'
import { elementCodes } from '../elementTypes'
import type { OnnxNode } from '../OnnxGraph'
import { sameShape, type BlockedGraph } from './BlockedGraph'
import type { Demand } from './demand'

/**
 * Operators that work element by element. Those after the line are left out where blocks are filled up with zeros: what they make
 * of zero (log 0, 0 / 0) must not get into a sum.
 */
const always = new Set([
  ...['Add', 'Sub', 'Mul', 'Min', 'Max', 'Where', 'Neg', 'Abs', 'Sign', 'Identity'],
  ...['Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Equal', 'And', 'Or', 'Not'],
  ...['Relu', 'LeakyRelu', 'ThresholdedRelu', 'Clip', 'HardSigmoid', 'HardSwish', 'Elu', 'Selu', 'Celu'],
  ...['Sigmoid', 'Tanh', 'Softplus', 'Softsign', 'Mish', 'Erf', 'Gelu', 'Exp', 'Floor', 'Ceil', 'Round'],
])
const wholeBlocks = new Set(['Div', 'Reciprocal', 'Sqrt', 'Log', 'Pow'])

/** Operators of ONNX Runtime's own that its optimiser puts in the place of several. */
const fused = new Set(['Gelu', 'QuickGelu'])

const comparisons = new Set(['Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'Equal', 'And', 'Or', 'Not'])

export function isElementwise(node: OnnxNode): boolean {
  const { op, domain } = node
  if (domain === 'com.microsoft') return fused.has(op)
  if (op === 'Cast') return domain === '' && intAttribute(node, 'to', 0) === elementCodes.float
  return domain === '' && (always.has(op) || wholeBlocks.has(op))
}

/** True for tensors that are not made of floats. */
export const makesBooleans = ({ op, domain }: OnnxNode): boolean => domain === '' && comparisons.has(op)

/**
 * Lets a node work on blocked tensors where at least one of its inputs is blocked already, and the others are as well, or are
 * single numbers, or can be brought into the layout that its result is asked for in.
 * @returns whether it does
 */
export function blockElementwise(
  work: BlockedGraph,
  node: OnnxNode,
  demand: Demand,
  booleans: ReadonlySet<string>,
): boolean {
  const [output] = node.outputs
  const shape = output === undefined ? undefined : work.shape(output)
  if (shape?.length !== 4 || node.outputs.length !== 1) return false
  const channels = shape[1]
  if (typeof channels !== 'number') return false
  if (wholeBlocks.has(node.op) && channels % work.block !== 0) return false
  const present = node.inputs.filter((input) => input !== '' && work.constant(input)?.data.length !== 1)
  if (!present.every((input) => sameShape(work.shape(input), shape))) return false
  if (!present.some((input) => work.twin(input) !== undefined)) return false
  const missing = present.filter((input) => work.twin(input) === undefined)
  if (missing.length > 0) {
    if (!demand.blocked(output!) || channels % 4 !== 0) return false
    if (missing.some((input) => booleans.has(input))) return false
  }
  const inputs = node.inputs.map((input) => (present.includes(input) ? work.blocked(input) : input))
  const blocked = work.add(node.op, inputs, node.attributes, node.domain)
  if (booleans.has(output!)) {
    // Nothing brings booleans back into the plain layout: whoever asks for them so has them computed so.
    work.pair(output!, blocked)
    work.keep(node)
  } else work.settle(output!, blocked, channels)
  return true
}
