import { elementwise } from './rule'

/** d(1/x) = -dx / x^2. */
export const Reciprocal = elementwise((context, g) => {
  const square = context.add('Mul', [context.output(), context.output()])
  return context.add('Neg', [context.add('Mul', [g, square])])
})
