import { stringAttribute } from '../attributes'
import { elementwise } from './rule'
import type { RuleContext } from './rule'

/** y = x P(x), P the normal distribution or its approximation by tanh (Operators.md, Gelu). */
export const Gelu = elementwise((context, g) => {
  const approximate = stringAttribute(context.node, 'approximate', 'none') === 'tanh'
  return context.add('Mul', [g, approximate ? tanhSlope(context) : erfSlope(context)])
})

/** P(x) + x p(x), p(x) = exp(-x^2 / 2) / sqrt(2 pi). */
function erfSlope(context: RuleContext): string {
  const x = context.must(0)
  const erf = context.add('Erf', [context.add('Mul', [x, context.scalar(Math.SQRT1_2)])])
  const share = context.add('Mul', [context.add('Add', [erf, context.scalar(1)]), context.scalar(0.5)])
  const bell = context.add('Exp', [context.add('Mul', [context.add('Mul', [x, x]), context.scalar(-0.5)])])
  const density = context.add('Mul', [bell, context.scalar(1 / Math.sqrt(2 * Math.PI))])
  return context.add('Add', [share, context.add('Mul', [x, density])])
}

/** (1 + t) / 2 + x (1 - t^2) u' / 2 with t = tanh(u), u = c (x + 0.044715 x^3), c = sqrt(2 / pi). */
function tanhSlope(context: RuleContext): string {
  const x = context.must(0)
  const times = (a: string, b: string | number): string =>
    context.add('Mul', [a, typeof b === 'number' ? context.scalar(b) : b])
  const c = Math.sqrt(2 / Math.PI)
  const square = times(x, x)
  const inner = context.add('Add', [times(square, 0.044715 * c), context.scalar(c)])
  const t = context.add('Tanh', [times(x, inner)])
  const steep = context.add('Add', [times(square, 3 * 0.044715 * c), context.scalar(c)])
  const one = context.scalar(1)
  const bend = times(times(x, context.add('Sub', [one, times(t, t)])), steep)
  return times(context.add('Add', [context.add('Add', [t, one]), bend]), 0.5)
}
