import { floatAttribute } from '../attributes'
import { above, positive } from './masks'
import { elementwise } from './rule'

/** y = max(0, min(1, alpha x + beta)): slope alpha between the bounds. */
export const HardSigmoid = elementwise((context, g) => {
  const y = context.output()
  const one = context.scalar(1)
  const inside = context.add('Mul', [positive(context, y), above(context, one, y)])
  const alpha = context.scalar(floatAttribute(context.node, 'alpha', 0.2))
  return context.add('Mul', [g, context.add('Mul', [inside, alpha])])
})
