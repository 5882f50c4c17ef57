import { floatAttribute } from '../attributes'
import { reduceSum, reshape } from '../ops'
import { normalised } from './normalised'
import { rule } from './rule'

/** y = x^ * scale + bias, with x^ normalised over the spatial axes of each image and channel. */
export const InstanceNormalization = rule((context, g) => {
  const { builder, node } = context
  const spatial = Array.from({ length: context.rank() - 2 }, (_, i) => i + 2)
  const unit = normalised(context, context.must(0), spatial, floatAttribute(node, 'epsilon', 1e-5))
  const perChannel = (): string => reshape(builder, context.must(1), [1, -1, ...spatial.map(() => 1)])
  const summed = (x: string): string => reduceSum(builder, x, [0, ...spatial], false)
  return [
    context.needs(0) ? unit.back(context.add('Mul', [g, perChannel()])) : null,
    context.needs(1) ? summed(context.add('Mul', [g, unit.value])) : null,
    context.needs(2) ? summed(g) : null,
  ]
})
