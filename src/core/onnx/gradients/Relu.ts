import { elementwise } from './rule'

/** The output is never negative, so its sign is the mask: 0 or 1, and 0 at the kink. */
export const Relu = elementwise((context, g) =>
  context.add('Mul', [g, context.add('Sign', [context.output()])]),
)
