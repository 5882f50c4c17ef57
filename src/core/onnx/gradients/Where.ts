import { rule } from './rule'

/** The gradient goes where the value came from. */
export const Where = rule(
  (context, g) => {
    const condition = context.must(0)
    const zero = context.builder.scalar(0, context.outputFact().type === 'double' ? 'double' : 'float')
    return [
      null,
      context.needs(1) ? context.add('Where', [condition, g, zero]) : null,
      context.needs(2) ? context.add('Where', [condition, zero, g]) : null,
    ]
  },
  { broadcasts: true },
)
