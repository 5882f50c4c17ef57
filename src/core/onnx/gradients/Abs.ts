import { elementwise } from './rule'

export const Abs = elementwise((context, g) =>
  context.add('Mul', [g, context.add('Sign', [context.must(0)])]),
)
