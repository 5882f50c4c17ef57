import { int, intAttribute, ints, intsAttribute, stringAttribute } from '../attributes'
import { reduceSum } from '../ops'
import { reach, windowsOf } from '../windows'
import type { Windows } from '../windows'
import { convWeightGradient } from './convWeight'
import { rule } from './rule'
import type { RuleContext } from './rule'

/**
 * The transpose of a convolution from Y's side to X's: back through it, that convolution itself. X [n, c, size...],
 * W [c, m / group, kernel...], B [m].
 */
export const ConvTranspose = rule((context, g) => {
  const spatial = context
    .fact(0)
    .shape.slice(2)
    .map((_, i) => i + 2)
  const windows = conjugate(context, spatial)
  const group = intAttribute(context.node, 'group', 1)
  const conv = { windows, group, channels: context.outputLength(1), features: context.length(0, 1) }
  const toX = (): string =>
    context.add('Conv', [g, context.must(1)], {
      kernel_shape: ints(windows.kernel),
      strides: ints(windows.strides),
      dilations: ints(windows.dilations),
      pads: ints([...windows.before, ...windows.after]),
      group: int(group),
    })
  return [
    context.needs(0) ? toX() : null,
    context.needs(1) ? convWeightGradient(context, context.must(0), g, conv) : null,
    context.needs(2) ? reduceSum(context.builder, g, [0, ...spatial], false) : null,
  ]
})

/** The windows of the convolution that this operator transposes: it goes from Y to X (Operators.md, ConvTranspose). */
function conjugate(context: RuleContext, spatial: readonly number[]): Windows {
  const { node } = context
  const small = spatial.map((axis) => context.length(0, axis))
  const large = spatial.map((axis) => context.outputLength(axis))
  const kernel = spatial.map((axis) => context.length(1, axis))
  const windows = windowsOf({ ...node, attributes: withoutAutoPad(node.attributes) }, large, small, kernel)
  const extra = intsAttribute(node, 'output_padding') ?? spatial.map(() => 0)
  const mode = stringAttribute(node, 'auto_pad', 'NOTSET')
  const total = small.map(
    (size, i) => (size - 1) * windows.strides[i]! + extra[i]! + reach(windows, i) + 1 - large[i]!,
  )
  if (mode === 'VALID' || (mode === 'NOTSET' && !intsAttribute(node, 'output_shape'))) return windows
  const half = total.map((sum) => Math.floor(sum / 2))
  const rest = total.map((sum, i) => sum - half[i]!)
  return mode === 'SAME_UPPER'
    ? { ...windows, before: half, after: rest }
    : { ...windows, before: rest, after: half }
}

function withoutAutoPad(attributes: RuleContext['node']['attributes']): RuleContext['node']['attributes'] {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => name !== 'auto_pad'))
}
