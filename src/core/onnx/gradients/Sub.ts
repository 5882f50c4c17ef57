import { rule } from './rule'

export const Sub = rule((context, g) => [g, context.needs(1) ? context.add('Neg', [g]) : null], {
  broadcasts: true,
})
