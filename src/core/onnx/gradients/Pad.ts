import { HalftoneError } from '../../errors'
import { intsAttribute, stringAttribute } from '../attributes'
import { numbersOf } from '../elementTypes'
import { pad, slice } from '../ops'
import { rule } from './rule'
import type { RuleContext } from './rule'

/** The middle of the gradient; where the padding is negative, zeros for what was cut away. */
export const Pad = rule((context, g) => {
  const mode = stringAttribute(context.node, 'mode', 'constant')
  if (mode !== 'constant') {
    throw new HalftoneError(
      'not-differentiable',
      `there is a gradient for mode constant only, it has ${mode}.`,
    )
  }
  const pads = padsOf(context)
  const rank = context.rank()
  const [before, after] = [pads.slice(0, rank), pads.slice(rank)]
  const stretches = before.flatMap((count, axis) => {
    const start = Math.max(0, count)
    const cut = Math.max(0, after[axis]!)
    return start > 0 || cut > 0 ? [{ axis, start, end: cut > 0 ? -cut : 2 ** 31 }] : []
  })
  const middle = stretches.length > 0 ? slice(context.builder, g, stretches) : g
  const missing = (counts: readonly number[]): number[] => counts.map((count) => Math.max(0, -count))
  return [
    pad(context.builder, middle, missing(before), missing(after)),
    ...context.node.inputs.slice(1).map(() => null),
  ]
})

/** Padding of every axis, before and then after: an attribute, or an input, with axes from operator set 18 on. */
function padsOf(context: RuleContext): readonly number[] {
  const rank = context.rank()
  if (context.builder.opset < 11) return intsAttribute(context.node, 'pads') ?? []
  const constant = context.constant(1)
  const axes = context.constant(3)
  if (!constant || (context.input(3) !== undefined && !axes)) {
    throw new HalftoneError('not-differentiable', 'its pads or axes are computed, not constant.')
  }
  const pads = numbersOf(constant)
  if (!axes) return pads
  const out = Array.from({ length: 2 * rank }, () => 0)
  const listed = numbersOf(axes)
  listed.forEach((given, i) => {
    const axis = given < 0 ? given + rank : given
    out[axis] = pads[i]!
    out[axis + rank] = pads[i + listed.length]!
  })
  return out
}
