import { int } from '../attributes'
import { elementCodes, numbersOf } from '../elementTypes'
import { rule } from './rule'
import type { RuleContext } from './rule'

/** d(x^p) = p x^(p-1) dx + x^p ln(x) dp; the exponent may be of another element type than x. */
export const Pow = rule(
  (context, g) => [
    context.needs(0) ? toBase(context, g) : null,
    context.needs(1)
      ? context.add('Mul', [g, context.add('Mul', [context.output(), context.add('Log', [context.must(0)])])])
      : null,
  ],
  { broadcasts: true },
)

function toBase(context: RuleContext, g: string): string {
  const x = context.must(0)
  const exponent = context.constant(1)
  const values = exponent && numbersOf(exponent)
  if (values?.length === 1) {
    const p = values[0]!
    if (p === 2) return context.add('Mul', [g, context.add('Mul', [x, context.scalar(2)])])
    const slope = context.add('Pow', [x, context.scalar(p - 1)])
    return context.add('Mul', [g, context.add('Mul', [slope, context.scalar(p)])])
  }
  const p = context.add('Cast', [context.must(1)], { to: int(elementCodes[context.fact(0).type]) })
  const slope = context.add('Pow', [x, context.add('Sub', [p, context.scalar(1)])])
  return context.add('Mul', [g, context.add('Mul', [slope, p])])
}
