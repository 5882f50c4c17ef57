import { floatAttribute } from '../attributes'
import { positive } from './masks'
import { elementwise } from './rule'

/** Slope 1 above zero, alpha elsewhere. */
export const LeakyRelu = elementwise((context, g) => {
  const alpha = floatAttribute(context.node, 'alpha', 0.01)
  const step = context.add('Mul', [positive(context, context.must(0)), context.scalar(1 - alpha)])
  return context.add('Mul', [g, context.add('Add', [step, context.scalar(alpha)])])
})
