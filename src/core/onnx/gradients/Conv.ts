import { HalftoneError } from '../../errors'
import { intAttribute } from '../attributes'
import { reduceSum } from '../ops'
import { windowsOf } from '../windows'
import { convInputGradient } from './convInput'
import { convWeightGradient } from './convWeight'
import { rule } from './rule'

/** Y = X * W + B. X [n, c, size...], W [m, c / group, kernel...], B [m], Y [n, m, size...]. */
export const Conv = rule((context, g) => {
  const { shape } = context.fact(0)
  const spatial = shape.slice(2).map((_, i) => i + 2)
  if (spatial.length === 0) throw new HalftoneError('unreadable-file', 'it has no spatial axis.')
  const conv = {
    windows: windowsOf(
      context.node,
      spatial.map((axis) => context.length(0, axis)),
      spatial.map((axis) => context.outputLength(axis)),
      spatial.map((axis) => context.length(1, axis)),
    ),
    group: intAttribute(context.node, 'group', 1),
    channels: context.length(0, 1),
    features: context.length(1, 0),
  }
  return [
    context.needs(0) ? convInputGradient(context, g, conv) : null,
    context.needs(1) ? convWeightGradient(context, g, context.must(0), conv) : null,
    context.needs(2) ? reduceSum(context.builder, g, [0, ...spatial], false) : null,
  ]
})
