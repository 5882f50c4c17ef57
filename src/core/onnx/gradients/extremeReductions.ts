import { reduceSum } from '../ops'
import { above, below } from './masks'
import { reducedAxes, spread } from './reductions'
import { rule } from './rule'
import type { GradientRule } from './rule'

/** ReduceMax and ReduceMin: tied extrema share the gradient evenly, as torch.amax does. */
function extreme(loses: typeof above): GradientRule {
  return rule((context, g) => {
    const axes = reducedAxes(context)
    const best = spread(context, context.output(), axes)
    const hit = context.add('Sub', [context.scalar(1), loses(context, context.must(0), best)])
    const count = axes.length === 0 ? hit : reduceSum(context.builder, hit, axes, true)
    return [context.add('Mul', [spread(context, g, axes), context.add('Div', [hit, count])])]
  })
}

export const ReduceMax = extreme(below)
export const ReduceMin = extreme(above)
