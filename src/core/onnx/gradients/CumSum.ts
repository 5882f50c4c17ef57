import { int, intAttribute } from '../attributes'
import { rule } from './rule'

/** A cumulative sum from the other end. */
export const CumSum = rule((context, g) => {
  const reverse = int(1 - intAttribute(context.node, 'reverse', 0))
  return [context.add('CumSum', [g, context.must(1)], { ...context.node.attributes, reverse }), null]
})
