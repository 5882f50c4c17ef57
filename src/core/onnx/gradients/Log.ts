import { elementwise } from './rule'

export const Log = elementwise((context, g) => context.add('Div', [g, context.must(0)]))
