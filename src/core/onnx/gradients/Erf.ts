import { elementwise } from './rule'

/** d erf(x) = 2 / sqrt(pi) exp(-x^2) dx. */
export const Erf = elementwise((context, g) => {
  const x = context.must(0)
  const bell = context.add('Exp', [context.add('Neg', [context.add('Mul', [x, x])])])
  return context.add('Mul', [g, context.add('Mul', [bell, context.scalar(2 / Math.sqrt(Math.PI))])])
})
