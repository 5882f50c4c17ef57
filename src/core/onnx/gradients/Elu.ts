import { floatAttribute } from '../attributes'
import { elementwise } from './rule'

/** y = x above zero, alpha (exp(x) - 1) elsewhere, where the slope is y + alpha. */
export const Elu = elementwise((context, g) => {
  const alpha = context.scalar(floatAttribute(context.node, 'alpha', 1))
  const curved = context.add('Mul', [g, context.add('Add', [context.output(), alpha])])
  return context.add('Where', [context.add('Greater', [context.must(0), context.scalar(0)]), g, curved])
})
