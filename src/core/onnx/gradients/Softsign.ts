import { elementwise } from './rule'

/** d x / (1 + |x|) = dx / (1 + |x|)^2. */
export const Softsign = elementwise((context, g) => {
  const below = context.add('Add', [context.add('Abs', [context.must(0)]), context.scalar(1)])
  return context.add('Div', [g, context.add('Mul', [below, below])])
})
