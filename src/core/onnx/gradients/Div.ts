import { rule } from './rule'

/** d(a/b) = da/b - (a/b) db/b. */
export const Div = rule(
  (context, g) => {
    const scaled = context.add('Div', [g, context.must(1)])
    if (!context.needs(1)) return [scaled, null]
    const down = context.add('Neg', [context.add('Mul', [scaled, context.output()])])
    return [context.needs(0) ? scaled : null, down]
  },
  { broadcasts: true },
)
