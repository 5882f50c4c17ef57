import { floatAttribute } from '../attributes'
import { above, below } from './masks'
import { elementwise } from './rule'

/** y = max(0, min(1, alpha x + beta)): slope alpha between the bounds. */
export const HardSigmoid = elementwise((context, g) => {
  const y = context.output()
  const inside = context.add('Mul', [
    above(context, y, context.scalar(0)),
    below(context, y, context.scalar(1)),
  ])
  const alpha = context.scalar(floatAttribute(context.node, 'alpha', 0.2))
  return context.add('Mul', [g, context.add('Mul', [inside, alpha])])
})
