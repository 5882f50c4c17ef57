import { elementwise } from './rule'

/** d cos(x) = -sin(x) dx. */
export const Cos = elementwise((context, g) =>
  context.add('Neg', [context.add('Mul', [g, context.add('Sin', [context.must(0)])])]),
)
