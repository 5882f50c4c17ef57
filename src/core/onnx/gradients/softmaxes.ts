import { intAttribute } from '../attributes'
import { reduceSum } from '../ops'
import { rule } from './rule'
import type { RuleContext } from './rule'

/** From operator set 13 on one axis; before, everything from the axis on is one long row. */
function softmaxAxes(context: RuleContext): readonly number[] {
  const rank = context.rank()
  const modern = context.builder.opset >= 13
  const axis = intAttribute(context.node, 'axis', modern ? -1 : 1)
  const first = axis < 0 ? axis + rank : axis
  return modern ? [first] : Array.from({ length: rank - first }, (_, i) => first + i)
}

/** y = softmax(x): dx = y (g - sum(g y)). */
export const Softmax = rule((context, g) => {
  const y = context.output()
  const dot = reduceSum(context.builder, context.add('Mul', [g, y]), softmaxAxes(context), true)
  return [context.add('Mul', [y, context.add('Sub', [g, dot])])]
})

/** y = log softmax(x): dx = g - exp(y) sum(g). */
export const LogSoftmax = rule((context, g) => {
  const sum = reduceSum(context.builder, g, softmaxAxes(context), true)
  return [context.add('Sub', [g, context.add('Mul', [context.add('Exp', [context.output()]), sum])])]
})
