import { float, int } from '../attributes'
import { elementCodes } from '../elementTypes'
import type { RuleContext } from './rule'

/** Near the largest float: its product with any normal number is at least 1 in size. */
const steep = 3e38

/**
 * 1 where x > 0 and 0 elsewhere, in the element type of input 0. In 32 bits one HardSigmoid as good as a step: ONNX Runtime's
 * Cast from bool runs on one thread and takes longer than all the rest (docs/decisions/0034-blocked-gradients.md). It is a
 * step for everything but subnormal numbers below 3.4e-39.
 */
export function positive(context: RuleContext, x: string): string {
  if (context.fact(0).type === 'float') return step(context, x, steep)
  return toFloat(context, context.add('Greater', [x, context.scalar(0)]))
}

/** 1 where a > b and 0 elsewhere, in the element type of input 0. */
export function above(context: RuleContext, a: string, b: string): string {
  if (context.fact(0).type === 'float') return step(context, difference(context, a, b), steep)
  return toFloat(context, context.add('Greater', [a, b]))
}

/** 1 where a < b and 0 elsewhere, in the element type of input 0. */
export function below(context: RuleContext, a: string, b: string): string {
  if (context.fact(0).type === 'float') return step(context, difference(context, a, b), -steep)
  return toFloat(context, context.add('Less', [a, b]))
}

/** a - b, which has the sign of the comparison: floats that differ have a difference that is not 0. */
function difference(context: RuleContext, a: string, b: string): string {
  const bound = context.builder.constant(b)
  const zero = bound?.data.length === 1 && Number(bound.data[0]) === 0
  return zero ? a : context.add('Sub', [a, b])
}

function step(context: RuleContext, x: string, slope: number): string {
  return context.add('HardSigmoid', [x], { alpha: float(slope), beta: float(0) })
}

/** A bool tensor as 0 and 1 in the element type of input 0. */
export function toFloat(context: RuleContext, condition: string): string {
  return context.add('Cast', [condition], { to: int(elementCodes[context.fact(0).type]) })
}
