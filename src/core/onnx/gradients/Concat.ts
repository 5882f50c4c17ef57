import { intAttribute } from '../attributes'
import { slice } from '../ops'
import { rule } from './rule'

/** Each input gets back its own stretch. */
export const Concat = rule((context, g) => {
  const given = intAttribute(context.node, 'axis', 1)
  const axis = given < 0 ? given + context.rank() : given
  let end = 0
  return context.node.inputs.map((_, place) => {
    const start = end
    end += context.length(place, axis)
    return context.needs(place) ? slice(context.builder, g, [{ axis, start, end }]) : null
  })
})
