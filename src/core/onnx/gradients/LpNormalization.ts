import { intAttribute } from '../attributes'
import { reduceSum } from '../ops'
import { rule } from './rule'

/** y = x / |x|: dx = (g - n sum(g y)) / |x|, with n = y for the 2-norm and sign(x) for the 1-norm. */
export const LpNormalization = rule((context, g) => {
  const { builder, node } = context
  const axis = intAttribute(node, 'axis', -1)
  const euclidean = intAttribute(node, 'p', 2) === 2
  const at = axis < 0 ? axis + context.rank() : axis
  const [x, y] = [context.must(0), context.output()]
  const size = euclidean
    ? context.add('Sqrt', [reduceSum(builder, context.add('Mul', [x, x]), [at], true)])
    : reduceSum(builder, context.add('Abs', [x]), [at], true)
  const normal = euclidean ? y : context.add('Sign', [x])
  const along = context.add('Mul', [normal, reduceSum(builder, context.add('Mul', [g, y]), [at], true)])
  return [context.add('Div', [context.add('Sub', [g, along]), size])]
})
