import { HalftoneError } from '../../errors'
import { int, intAttribute } from '../attributes'
import { numbersOf } from '../elementTypes'
import { pad, reduceSum, reshape } from '../ops'
import { rule } from './rule'
import type { RuleContext } from './rule'

/**
 * Each element gets what came from the places that it was taken to. With constant indices that is a Gather again, from the
 * gradient with zeros behind it, as many times as the most used element was taken.
 */
export const Gather = rule((context, g) => {
  const { builder } = context
  const indices = context.constant(1)
  if (!indices) throw new HalftoneError('not-differentiable', 'its indices are computed, not constant.')
  const { shape } = context.fact(0)
  const given = intAttribute(context.node, 'axis', 0)
  const axis = given < 0 ? given + shape.length : given
  const length = context.length(0, axis)
  const taken = numbersOf(indices).map((index) => (index < 0 ? index + length : index))
  const lead = shape.slice(0, axis).map(() => 0)
  const tail = shape.slice(axis + 1).map((size) => size ?? -1)
  const flat = indices.shape.length === 1 ? g : reshape(builder, g, [...lead, taken.length, ...tail])
  const at = (count: number): number[] => shape.map((_, i) => (i === axis ? count : 0))
  if (taken.length > 0 && taken.every((index, i) => index === taken[0]! + i)) {
    return [pad(builder, flat, at(taken[0]!), at(length - taken[0]! - taken.length)), null]
  }
  return [gathered(context, flat, axis, placesOf(taken, length)), null]
})

/** For each element of the axis, the places that it was taken to; as many for each, filled with `taken.length`. */
function placesOf(taken: readonly number[], length: number): readonly (readonly number[])[] {
  const places = Array.from({ length }, (): number[] => [])
  taken.forEach((index, place) => places[index]!.push(place))
  const most = Math.max(...places.map((list) => list.length))
  return places.map((list) => [...list, ...Array.from({ length: most - list.length }, () => taken.length)])
}

function gathered(
  context: RuleContext,
  g: string,
  axis: number,
  places: readonly (readonly number[])[],
): string {
  const { builder } = context
  const { shape } = context.fact(0)
  const none = shape.map(() => 0)
  const behind = pad(
    builder,
    g,
    none,
    none.map((_, i) => (i === axis ? 1 : 0)),
  )
  const picked = context.add('Gather', [behind, builder.ints(places.flat())], { axis: int(axis) })
  const most = places[0]!.length
  if (most === 1) return picked
  const lead = none.slice(0, axis)
  const tail = shape.slice(axis + 1).map((size) => size ?? -1)
  return reduceSum(
    builder,
    reshape(builder, picked, [...lead, places.length, most, ...tail]),
    [axis + 1],
    false,
  )
}
