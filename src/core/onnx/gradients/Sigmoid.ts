import { elementwise } from './rule'

/** dy = y (1 - y) dx. */
export const Sigmoid = elementwise((context, g) => {
  const y = context.output()
  return context.add('Mul', [g, context.add('Sub', [y, context.add('Mul', [y, y])])])
})
