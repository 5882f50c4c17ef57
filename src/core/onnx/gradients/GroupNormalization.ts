import { HalftoneError } from '../../errors'
import { floatAttribute, intAttribute } from '../attributes'
import { reduceSum, reshape } from '../ops'
import { normalised } from './normalised'
import { rule } from './rule'

/**
 * y = x^ * scale + bias, with x^ normalised over each group of channels of each image. Scale and bias have one value for each
 * group before operator set 21, for each channel from then on.
 */
export const GroupNormalization = rule((context, g) => {
  const { builder, node } = context
  const groups = intAttribute(node, 'num_groups', 0)
  if (groups < 1) throw new HalftoneError('unreadable-file', 'it has no num_groups.')
  const scales = context.length(1, 0)
  const rest = context.length(0, 1) / scales
  // [n, groups or channels, everything that shares a scale]
  const byScale = (x: string): string => reshape(builder, x, [0, scales, -1])
  const byGroup = (x: string): string => reshape(builder, x, [0, groups, -1])
  if (!Number.isInteger(rest))
    throw new HalftoneError('unreadable-file', 'its scales do not divide its channels.')
  const unit = normalised(context, byGroup(context.must(0)), [2], floatAttribute(node, 'epsilon', 1e-5))
  const scaled = (): string =>
    context.add('Mul', [byScale(g), reshape(builder, context.must(1), [1, scales, 1])])
  const summed = (x: string): string => reduceSum(builder, x, [0, 2], false)
  return [
    context.needs(0) ? context.reshapeLike(unit.back(byGroup(scaled())), 0) : null,
    context.needs(1) ? summed(context.add('Mul', [byScale(g), byScale(unit.value)])) : null,
    context.needs(2) ? summed(byScale(g)) : null,
  ]
})
