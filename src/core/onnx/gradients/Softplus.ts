import { elementwise } from './rule'

/** d ln(1 + exp(x)) = sigmoid(x) dx. */
export const Softplus = elementwise((context, g) =>
  context.add('Mul', [g, context.add('Sigmoid', [context.must(0)])]),
)
