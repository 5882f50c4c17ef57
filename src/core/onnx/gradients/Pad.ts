import { HalftoneError } from '../../errors'
import { intsAttribute, stringAttribute } from '../attributes'
import { numbersOf } from '../elementTypes'
import { pad, slice } from '../ops'
import { rule } from './rule'
import type { RuleContext } from './rule'
import { takenBack } from './takenBack'

/**
 * The middle of the gradient; where the padding is negative, zeros for what was cut away. Padding with the image's own
 * elements (reflect, edge, wrap) brings their gradients back to where they came from.
 */
export const Pad = rule((context, g) => {
  const mode = stringAttribute(context.node, 'mode', 'constant')
  const rest = context.node.inputs.slice(1).map(() => null)
  const pads = padsOf(context)
  const rank = context.rank()
  const [before, after] = [pads.slice(0, rank), pads.slice(rank)]
  if (mode !== 'constant') return [ownElementsBack(context, g, mode, before, after), ...rest]
  const stretches = before.flatMap((count, axis) => {
    const start = Math.max(0, count)
    const cut = Math.max(0, after[axis]!)
    return start > 0 || cut > 0 ? [{ axis, start, end: cut > 0 ? -cut : 2 ** 31 }] : []
  })
  const middle = stretches.length > 0 ? slice(context.builder, g, stretches) : g
  const missing = (counts: readonly number[]): number[] => counts.map((count) => Math.max(0, -count))
  return [pad(context.builder, middle, missing(before), missing(after)), ...rest]
})

/** Axis by axis, from the last: each place of the padded axis shows one element of the axis. */
function ownElementsBack(
  context: RuleContext,
  g: string,
  mode: string,
  before: readonly number[],
  after: readonly number[],
): string {
  if ([...before, ...after].some((count) => count < 0)) {
    throw new HalftoneError('not-differentiable', `there is no gradient for negative pads in mode ${mode}.`)
  }
  return before.reduceRight((x, count, axis) => {
    if (count === 0 && after[axis] === 0) return x
    const length = context.length(0, axis)
    const shown = Array.from({ length: count + length + after[axis]! }, (_, i) =>
      elementShown(mode, i - count, length),
    )
    return takenBack(context, x, axis, shown, length)
  }, g)
}

/** Which element of an axis stands at a place before, on or behind it (Operators.md, Pad). */
function elementShown(mode: string, place: number, length: number): number {
  const modulo = (value: number, by: number): number => ((value % by) + by) % by
  switch (mode) {
    case 'edge':
      return Math.max(0, Math.min(length - 1, place))
    case 'wrap':
      return modulo(place, length)
    case 'reflect': {
      if (length === 1) return 0
      const there = modulo(place, 2 * (length - 1))
      return there < length ? there : 2 * (length - 1) - there
    }
    default:
      throw new HalftoneError('not-differentiable', `there is no gradient for mode ${mode}.`)
  }
}

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
