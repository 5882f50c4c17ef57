import { HalftoneError } from '../../errors'
import { intAttribute, string } from '../attributes'
import { numbersOf } from '../elementTypes'
import { rule } from './rule'

/** What was taken from a place goes back to it and is summed there. */
export const GatherND = rule((context, g) => {
  if (intAttribute(context.node, 'batch_dims', 0) !== 0) {
    throw new HalftoneError('not-differentiable', 'there is no gradient for batch_dims.')
  }
  const zeros = context.zerosLike(context.must(0))
  const indices = context.constant(1)
  if (context.builder.opset >= 16) {
    return [context.add('ScatterND', [zeros, context.must(1), g], { reduction: string('add') }), null]
  }
  if (!indices || hasTwins(numbersOf(indices), indices.shape.at(-1)!)) {
    throw new HalftoneError(
      'not-differentiable',
      `its indices are computed or name a place twice, which needs operator set 16; the model has ${context.builder.opset}.`,
    )
  }
  return [context.add('ScatterND', [zeros, context.must(1), g]), null]
})

/** True when two rows are the same. A negative index may name a place that a positive one names, and counts as a twin. */
function hasTwins(indices: readonly number[], width: number): boolean {
  const rows = new Set<string>()
  for (let start = 0; start < indices.length; start += width) {
    rows.add(indices.slice(start, start + width).join())
  }
  return rows.size * width < indices.length || indices.some((index) => index < 0)
}
