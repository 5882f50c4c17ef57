import { rule } from './rule'

/** The same triangle of the gradient. */
export const Trilu = rule((context, g) => {
  const diagonal = context.input(1)
  return [context.add('Trilu', diagonal === undefined ? [g] : [g, diagonal], context.node.attributes), null]
})
