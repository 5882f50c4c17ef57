import { elementwise } from './rule'

/** d sin(x) = cos(x) dx. */
export const Sin = elementwise((context, g) => context.add('Mul', [g, context.add('Cos', [context.must(0)])]))
