import { int, intAttribute } from '../attributes'
import type { GradientRule } from './rule'

/** The pieces side by side again; zeros stand for those that nothing used. */
export const Split: GradientRule = {
  gradient(context, incoming) {
    const axis = int(intAttribute(context.node, 'axis', 0))
    const parts = incoming.map((g, place) => g ?? context.zerosLike(context.output(place)))
    return [parts.length === 1 ? parts[0]! : context.add('Concat', parts, { axis }), null]
  },
}
