import { HalftoneError } from '../../errors'
import { intAttribute } from '../attributes'
import { numbersOf } from '../elementTypes'
import { reshape } from '../ops'
import { rule } from './rule'
import { takenBack } from './takenBack'

/** Each element gets what came from the places that it was taken to. */
export const Gather = rule((context, g) => {
  const indices = context.constant(1)
  if (!indices) throw new HalftoneError('not-differentiable', 'its indices are computed, not constant.')
  const { shape } = context.fact(0)
  const given = intAttribute(context.node, 'axis', 0)
  const axis = given < 0 ? given + shape.length : given
  const length = context.length(0, axis)
  const taken = numbersOf(indices).map((index) => (index < 0 ? index + length : index))
  const lead = shape.slice(0, axis).map(() => 0)
  const tail = shape.slice(axis + 1).map((size) => size ?? -1)
  const flat = indices.shape.length === 1 ? g : reshape(context.builder, g, [...lead, taken.length, ...tail])
  return [takenBack(context, flat, axis, taken, length), null]
})
