import { positive } from './masks'
import { rule } from './rule'

/** y = x above zero, slope * x elsewhere; the slope is spread over x. */
export const PRelu = rule(
  (context, g) => {
    const [x, slope] = [context.must(0), context.must(1)]
    const up = positive(context, x)
    const down = context.add('Sub', [context.scalar(1), up])
    const gDown = context.add('Mul', [g, down])
    return [
      context.needs(0)
        ? context.add('Add', [context.add('Mul', [g, up]), context.add('Mul', [gDown, slope])])
        : null,
      context.needs(1) ? context.add('Mul', [gDown, x]) : null,
    ]
  },
  { broadcasts: true },
)
