import { floatAttribute } from '../attributes'
import { elementwise } from './rule'

/** y = x s with s = sigmoid(alpha x): dy/dx = s + alpha y (1 - s). */
export const Swish = elementwise((context, g) => {
  const alpha = context.scalar(floatAttribute(context.node, 'alpha', 1))
  const s = context.add('Sigmoid', [context.add('Mul', [context.must(0), alpha])])
  const off = context.add('Sub', [context.scalar(1), s])
  const steep = context.add('Mul', [context.add('Mul', [context.output(), alpha]), off])
  return context.add('Mul', [g, context.add('Add', [s, steep])])
})
