import { int } from '../attributes'
import { pad, reduceSum, reshape } from '../ops'
import type { RuleContext } from './rule'

/**
 * The gradient of taking elements of one axis by constant indices: each element gets the sum of what came from the places
 * it was taken to. That is a Gather again, from the gradient with zeros behind it, as many times as the most used element
 * was taken; a run of neighbours is padded back.
 * @param taken for each place of the gradient's axis, the element that was taken there, counted from the front
 * @param length of the axis before; the axes behind it have their lengths of input 0
 */
export function takenBack(
  context: RuleContext,
  g: string,
  axis: number,
  taken: readonly number[],
  length: number,
): string {
  const { shape } = context.fact(0)
  const at = (count: number): number[] => shape.map((_, i) => (i === axis ? count : 0))
  if (taken.length > 0 && taken.every((index, i) => index === taken[0]! + i)) {
    return pad(context.builder, g, at(taken[0]!), at(length - taken[0]! - taken.length))
  }
  return gathered(context, g, axis, placesOf(taken, length))
}

/** For each element of the axis, the places that it was taken to; as many for each, filled with `taken.length`. */
function placesOf(taken: readonly number[], length: number): readonly (readonly number[])[] {
  const places = Array.from({ length }, (): number[] => [])
  taken.forEach((index, place) => places[index]!.push(place))
  const most = places.reduce((count, list) => Math.max(count, list.length), 0)
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
