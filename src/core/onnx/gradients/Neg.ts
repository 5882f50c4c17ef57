import { elementwise } from './rule'

export const Neg = elementwise((context, g) => context.add('Neg', [g]))
