import { elementwise } from './rule'

export const Exp = elementwise((context, g) => context.add('Mul', [g, context.output()]))
