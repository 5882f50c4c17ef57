import { HalftoneError } from '../../errors'
import { int, intAttribute, string } from '../attributes'
import { numbersOf } from '../elementTypes'
import { reduceSum, reshape } from '../ops'
import { rule } from './rule'
import type { RuleContext } from './rule'

/** What was taken from a place goes back to it and is summed there. */
export const GatherND = rule((context, g) => {
  if (intAttribute(context.node, 'batch_dims', 0) !== 0) {
    throw new HalftoneError('not-differentiable', 'there is no gradient for batch_dims.')
  }
  const indices = context.constant(1)
  if (indices && !hasTwins(numbersOf(indices), indices.shape.at(-1)!)) {
    return [context.add('ScatterND', [context.zerosLike(context.must(0)), context.must(1), g]), null]
  }
  if (context.builder.opset < 16) {
    throw new HalftoneError(
      'not-differentiable',
      `its indices are computed or name a place twice, which needs operator set 16; the model has ${context.builder.opset}.`,
    )
  }
  return [addedBack(context, g), null]
})

/**
 * Adds to each place all that was taken from it. ONNX Runtime's ScatterND adds on several threads at once and loses some of
 * what comes to one place; its ScatterElements does not, so places are counted along one axis.
 */
function addedBack(context: RuleContext, g: string): string {
  const { builder } = context
  const data = context.must(0)
  const rank = context.rank()
  const width = context.fact(1).shape.at(-1)!
  const lengths = Array.from({ length: rank - 1 }, (_, i) => context.length(0, i + 1))
  const product = (from: number, to: number): number =>
    lengths.slice(from - 1, to - 1).reduce((size, length) => size * length, 1)
  // A negative index of the first axis stays negative, and counts from the back of the one axis as well.
  const inner = Array.from({ length: width - 1 }, (_, i) => lengths[i]!)
  const strides = Array.from({ length: width }, (_, i) => product(i + 1, width))
  const rows = reshape(builder, context.must(1), [-1, width])
  const steps = context.add('Mul', [whole(context, rows, inner), builder.ints(strides)])
  const places = reduceSum(builder, steps, [1], true)
  const updates = reshape(builder, g, [-1, product(width, rank)])
  const spread = context.add('Expand', [places, context.add('Shape', [updates])])
  const zeros = reshape(builder, context.zerosLike(data), [-1, product(width, rank)])
  const summed = context.add('ScatterElements', [zeros, spread, updates], {
    axis: int(0),
    reduction: string('add'),
  })
  return context.add('Reshape', [summed, context.add('Shape', [data])])
}

/** Rows of indices with those of the axes behind the first counted from the front. */
function whole(context: RuleContext, rows: string, inner: readonly number[]): string {
  if (inner.length === 0) return rows
  const { builder } = context
  const negative = context.add('Less', [rows, builder.scalar(0, 'int64')])
  const moved = context.add('Add', [rows, builder.ints([0, ...inner])])
  return context.add('Where', [negative, moved, rows])
}

/** True when two rows are the same. A negative index may name a place that a positive one names, and counts as a twin. */
function hasTwins(indices: readonly number[], width: number): boolean {
  const rows = new Set<string>()
  for (let start = 0; start < indices.length; start += width) {
    rows.add(indices.slice(start, start + width).join())
  }
  return rows.size * width < indices.length || indices.some((index) => index < 0)
}
