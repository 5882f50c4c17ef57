import { above } from './masks'
import { elementwise } from './rule'

/**
 * g where the output is above zero; 0 at the kink. Greater, Cast and Mul are each one vectorised pass; Sign or Where in
 * their place take up to twice as long (docs/decisions/0002-backward-graphs.md).
 */
export const Relu = elementwise((context, g) =>
  context.add('Mul', [g, above(context, context.output(), context.scalar(0))]),
)
