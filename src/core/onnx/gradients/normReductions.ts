import { reducedAxes, spread } from './reductions'
import { rule } from './rule'

/** d |x|_1 = sign(x) dx. */
export const ReduceL1 = rule((context, g) => {
  const sign = context.add('Sign', [context.must(0)])
  return [context.add('Mul', [spread(context, g, reducedAxes(context)), sign])]
})

/** d |x|_2 = x / |x|_2 dx, and 0 where the norm is. */
export const ReduceL2 = rule((context, g) => {
  const norm = context.add('Max', [context.output(), context.scalar(2 ** -126)])
  const share = spread(context, context.add('Div', [g, norm]), reducedAxes(context))
  return [context.add('Mul', [share, context.must(0)])]
})

export const ReduceSumSquare = rule((context, g) => {
  const doubled = context.add('Mul', [context.must(0), context.scalar(2)])
  return [context.add('Mul', [spread(context, g, reducedAxes(context)), doubled])]
})

/** d log sum exp(x) = softmax(x) dx. */
export const ReduceLogSumExp = rule((context, g) => {
  const axes = reducedAxes(context)
  const below = context.add('Sub', [context.must(0), spread(context, context.output(), axes)])
  return [context.add('Mul', [spread(context, g, axes), context.add('Exp', [below])])]
})

/** d log sum(x) = dx / sum(x). */
export const ReduceLogSum = rule((context, g) => {
  const sum = context.add('Exp', [context.output()])
  return [spread(context, context.add('Div', [g, sum]), reducedAxes(context))]
})
