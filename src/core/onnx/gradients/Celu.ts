import { floatAttribute } from '../attributes'
import { elementwise } from './rule'

/** y = x above zero, alpha (exp(x / alpha) - 1) elsewhere, where the slope is y / alpha + 1. */
export const Celu = elementwise((context, g) => {
  const alpha = context.scalar(floatAttribute(context.node, 'alpha', 1))
  const one = context.scalar(1)
  const curved = context.add('Add', [context.add('Div', [context.output(), alpha]), one])
  const up = context.add('Greater', [context.must(0), context.scalar(0)])
  return context.add('Mul', [g, context.add('Where', [up, one, curved])])
})
