import { HalftoneError } from '../../errors'
import { floatAttribute } from '../attributes'
import { above, below } from './masks'
import { rule } from './rule'
import type { RuleContext } from './rule'

/**
 * g inside the bounds and on them, 0 outside: a pixel that is exactly 0 or 1 before a clip to [0, 1] keeps its gradient.
 */
export const Clip = rule((context, g) => {
  if (context.needs(1) || context.needs(2)) {
    throw new HalftoneError('not-differentiable', 'there is no gradient for its bounds.')
  }
  const x = context.must(0)
  const low = bound(context, 1, 'min', -3.4028234663852886e38)
  const high = bound(context, 2, 'max', 3.4028234663852886e38)
  const outside = [
    ...(low === undefined ? [] : [below(context, x, low)]),
    ...(high === undefined ? [] : [above(context, x, high)]),
  ]
  const inside = outside.reduce<string>((left, part) => context.add('Sub', [left, part]), context.scalar(1))
  return [outside.length === 0 ? g : context.add('Mul', [g, inside]), null, null]
})

/** A bound's tensor: an input from operator set 11 on, an attribute before, undefined where there is none. */
function bound(context: RuleContext, place: number, attribute: string, none: number): string | undefined {
  if (context.builder.opset >= 11) return context.input(place)
  const value = floatAttribute(context.node, attribute, none)
  return value === none ? undefined : context.scalar(value)
}
