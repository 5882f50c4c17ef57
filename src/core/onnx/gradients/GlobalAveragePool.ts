import { rule } from './rule'

/** Every element of a channel's plane gets the same share. */
export const GlobalAveragePool = rule((context, g) => {
  const plane = context
    .fact(0)
    .shape.slice(2)
    .map((_, i) => context.length(0, i + 2))
  const count = plane.reduce((product, length) => product * length, 1)
  const share = context.add('Mul', [g, context.scalar(1 / count)])
  return [context.add('Expand', [share, context.builder.ints([1, 1, ...plane])])]
})
