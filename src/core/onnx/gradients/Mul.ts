import { rule } from './rule'

export const Mul = rule(
  (context, g) => [
    context.needs(0) ? context.add('Mul', [g, context.must(1)]) : null,
    context.needs(1) ? context.add('Mul', [g, context.must(0)]) : null,
  ],
  { broadcasts: true },
)
