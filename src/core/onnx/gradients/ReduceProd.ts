import { int } from '../attributes'
import { reduceSum } from '../ops'
import { toFloat } from './masks'
import { reducedAxes, spread } from './reductions'
import { rule } from './rule'
import type { RuleContext } from './rule'

/**
 * Each factor gets the product of the others. Dividing the whole product by the factor fails at zero, so zeros are counted
 * and left out of it: the others' product is zero when one of them is.
 */
export const ReduceProd = rule((context, g) => {
  const axes = reducedAxes(context)
  const x = context.must(0)
  const isZero = toFloat(context, context.add('Equal', [x, context.scalar(0)]))
  const factors = context.add('Add', [x, isZero])
  const otherZeros = context.add('Sub', [
    axes.length === 0 ? isZero : reduceSum(context.builder, isZero, axes, true),
    isZero,
  ])
  const none = toFloat(context, context.add('Equal', [otherZeros, context.scalar(0)]))
  const others = context.add('Div', [context.add('Mul', [product(context, factors, axes), none]), factors])
  return [context.add('Mul', [spread(context, g, axes), others])]
})

function product(context: RuleContext, x: string, axes: readonly number[]): string {
  if (axes.length === 0) return x
  const { builder } = context
  return builder.opset >= 18
    ? context.add('ReduceProd', [x, builder.ints(axes)], { keepdims: int(1) })
    : context.add('ReduceProd', [x], { axes: { kind: 'ints', value: axes }, keepdims: int(1) })
}
