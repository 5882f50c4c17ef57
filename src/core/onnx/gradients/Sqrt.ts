import { elementwise } from './rule'

/** d sqrt(x) = dx / (2 sqrt(x)). */
export const Sqrt = elementwise((context, g) =>
  context.add('Div', [context.add('Mul', [g, context.scalar(0.5)]), context.output()]),
)
