import { HalftoneError } from '../../errors'
import { int, intAttribute, string } from '../attributes'
import { numbersOf } from '../elementTypes'
import { reshape } from '../ops'
import { rule } from './rule'
import type { RuleContext } from './rule'
import { takenBack } from './takenBack'

/** Each element gets what came from the places that it was taken to. */
export const Gather = rule((context, g) => {
  const indices = context.constant(1)
  const { shape } = context.fact(0)
  const given = intAttribute(context.node, 'axis', 0)
  const axis = given < 0 ? given + shape.length : given
  if (!indices) return [addedBack(context, g, axis), null]
  const length = context.length(0, axis)
  const taken = numbersOf(indices).map((index) => (index < 0 ? index + length : index))
  const lead = shape.slice(0, axis).map(() => 0)
  const tail = shape.slice(axis + 1).map((size) => size ?? -1)
  const flat = indices.shape.length === 1 ? g : reshape(context.builder, g, [...lead, taken.length, ...tail])
  return [takenBack(context, flat, axis, taken, length), null]
})

/**
 * With indices that are computed, as by PyTorch's newer exporter for strides over the whole batch: what was taken from a place
 * is added there. The indices are spread over the other axes, because only ScatterElements adds one after the other.
 */
function addedBack(context: RuleContext, g: string, axis: number): string {
  const { builder } = context
  if (builder.opset < 16) {
    throw new HalftoneError(
      'not-differentiable',
      `its indices are computed, not constant, which needs operator set 16; the model has ${builder.opset}.`,
    )
  }
  const data = context.must(0)
  const rank = context.rank()
  const behind = (): string => {
    const bounds = [axis + 1, rank].map((bound) => builder.ints([bound]))
    return context.add('Slice', [context.add('Shape', [data]), ...bounds])
  }
  const front = builder.ints([
    ...context
      .fact(0)
      .shape.slice(0, axis)
      .map(() => 0),
    -1,
  ])
  const lengths = axis + 1 < rank ? context.add('Concat', [front, behind()], { axis: int(0) }) : front
  const flat = context.add('Reshape', [g, lengths])
  const row = context.add('Reshape', [
    context.must(1),
    builder.ints(Array.from({ length: rank }, (_, i) => (i === axis ? -1 : 1))),
  ])
  const spread = rank === 1 ? row : context.add('Expand', [row, context.add('Shape', [flat])])
  return context.add('ScatterElements', [context.zerosLike(data), spread, flat], {
    axis: int(axis),
    reduction: string('add'),
  })
}
