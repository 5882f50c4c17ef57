import { elementwise } from './rule'

/** d erf(x) = 2 / sqrt(pi) exp(-x^2) dx = exp(ln(2 / sqrt(pi)) - x^2) dx, one pass less over the numbers. */
export const Erf = elementwise((context, g) => {
  const x = context.must(0)
  const height = context.scalar(Math.log(2 / Math.sqrt(Math.PI)))
  const bell = context.add('Exp', [context.add('Sub', [height, context.add('Mul', [x, x])])])
  return context.add('Mul', [g, bell])
})
