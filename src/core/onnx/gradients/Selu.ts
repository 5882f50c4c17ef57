import { floatAttribute } from '../attributes'
import { elementwise } from './rule'

/** y = gamma x above zero, gamma alpha (exp(x) - 1) elsewhere, where the slope is y + gamma alpha. */
export const Selu = elementwise((context, g) => {
  const alpha = floatAttribute(context.node, 'alpha', 1.67326319217681884765625)
  const gamma = floatAttribute(context.node, 'gamma', 1.05070102214813232421875)
  const curved = context.add('Add', [context.output(), context.scalar(gamma * alpha)])
  const up = context.add('Greater', [context.must(0), context.scalar(0)])
  return context.add('Mul', [g, context.add('Where', [up, context.scalar(gamma), curved])])
})
