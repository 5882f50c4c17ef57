import { HalftoneError } from '../../errors'
import { floatAttribute, intAttribute } from '../attributes'
import { reduceSum, reshape } from '../ops'
import { rule } from './rule'
import type { RuleContext } from './rule'

/**
 * y = (x - mean) / sqrt(var + epsilon) * scale + bias with running mean and variance (inference). With the batch's own
 * statistics, as in training, a graph is written with ReduceMean, Sub, Mul and Sqrt, which have their own rules.
 */
export const BatchNormalization = rule((context, g) => {
  const { node, builder } = context
  if (intAttribute(node, 'training_mode', 0) !== 0) {
    throw new HalftoneError('not-differentiable', 'it is in training mode; save the model for inference.')
  }
  if (context.needs(3) || context.needs(4)) {
    throw new HalftoneError('not-differentiable', 'there is no gradient for its running mean and variance.')
  }
  const rank = context.rank()
  const channels = [1, -1, ...Array.from({ length: rank - 2 }, () => 1)]
  const perChannel = (name: string): string => reshape(builder, name, channels)
  const variance = context.add('Add', [
    context.must(4),
    context.scalar(floatAttribute(node, 'epsilon', 1e-5)),
  ])
  const deviation = context.add('Sqrt', [variance])
  const toX = (): string =>
    context.add('Mul', [g, perChannel(context.add('Div', [context.must(1), deviation]))])
  const toScale = (): string => {
    const centred = context.add('Sub', [context.must(0), perChannel(context.must(3))])
    return context.add('Div', [overChannels(context, context.add('Mul', [g, centred])), deviation])
  }
  return [
    context.needs(0) ? toX() : null,
    context.needs(1) ? toScale() : null,
    context.needs(2) ? overChannels(context, g) : null,
    null,
    null,
  ]
})

/** Sums everything but the channels. */
function overChannels(context: RuleContext, x: string): string {
  const axes = Array.from({ length: context.rank() }, (_, axis) => axis).filter((axis) => axis !== 1)
  return reduceSum(context.builder, x, axes, false)
}
