import { int } from '../attributes'
import { elementCodes } from '../elementTypes'
import type { RuleContext } from './rule'

/** 1 where a > b and 0 elsewhere, in the element type of input 0. */
export function above(context: RuleContext, a: string, b: string): string {
  return toFloat(context, context.add('Greater', [a, b]))
}

/** 1 where a < b and 0 elsewhere, in the element type of input 0. */
export function below(context: RuleContext, a: string, b: string): string {
  return toFloat(context, context.add('Less', [a, b]))
}

/** A bool tensor as 0 and 1 in the element type of input 0. */
export function toFloat(context: RuleContext, condition: string): string {
  return context.add('Cast', [condition], { to: int(elementCodes[context.fact(0).type]) })
}
