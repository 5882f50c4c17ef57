import { float } from '../attributes'
import { above, positive } from './masks'
import { elementwise } from './rule'

/** y = x h(x), h = max(0, min(1, x / 6 + 1/2)): dy = (h + x / 6 where 0 < h < 1) dx. */
export const HardSwish = elementwise((context, g) => {
  const x = context.must(0)
  const h = context.add('HardSigmoid', [x], { alpha: float(1 / 6), beta: float(0.5) })
  const inside = context.add('Mul', [positive(context, h), above(context, context.scalar(1), h)])
  const ramp = context.add('Mul', [inside, context.add('Mul', [x, context.scalar(1 / 6)])])
  return context.add('Mul', [g, context.add('Add', [h, ramp])])
})
