import { elementwise } from './rule'

/** dy = (1 - y^2) dx. */
export const Tanh = elementwise((context, g) => {
  const y = context.output()
  return context.add('Sub', [g, context.add('Mul', [g, context.add('Mul', [y, y])])])
})
