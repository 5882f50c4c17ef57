import { float } from '../attributes'
import { above, below } from './masks'
import { elementwise } from './rule'

/** y = x h(x), h = max(0, min(1, x / 6 + 1/2)): dy = (h + x / 6 where 0 < h < 1) dx. */
export const HardSwish = elementwise((context, g) => {
  const x = context.must(0)
  const h = context.add('HardSigmoid', [x], { alpha: float(1 / 6), beta: float(0.5) })
  const inside = context.add('Mul', [
    above(context, h, context.scalar(0)),
    below(context, h, context.scalar(1)),
  ])
  const ramp = context.add('Mul', [inside, context.add('Mul', [x, context.scalar(1 / 6)])])
  return context.add('Mul', [g, context.add('Add', [h, ramp])])
})
