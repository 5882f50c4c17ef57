import { floatAttribute } from '../attributes'
import { above } from './masks'
import { elementwise } from './rule'

/** x where x > alpha. */
export const ThresholdedRelu = elementwise((context, g) => {
  const alpha = context.scalar(floatAttribute(context.node, 'alpha', 1))
  return context.add('Mul', [g, above(context, context.must(0), alpha)])
})
