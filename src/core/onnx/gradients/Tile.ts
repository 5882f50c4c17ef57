import { HalftoneError } from '../../errors'
import { numbersOf } from '../elementTypes'
import { reduceSum, reshape } from '../ops'
import { rule } from './rule'

/** Summed over the copies: every repeated axis is split into copies and length. */
export const Tile = rule((context, g) => {
  const repeats = context.constant(1)
  if (!repeats) throw new HalftoneError('not-differentiable', 'its repeats are computed, not constant.')
  const { shape } = context.fact(0)
  if (shape.filter((length) => length === null).length > 1) {
    throw new HalftoneError('not-differentiable', 'several of its axes follow the batch.')
  }
  const split: number[] = []
  const copies: number[] = []
  numbersOf(repeats).forEach((count, axis) => {
    if (count !== 1) {
      copies.push(split.length)
      split.push(count)
    }
    split.push(shape[axis] ?? -1)
  })
  return [
    copies.length === 0 ? g : reduceSum(context.builder, reshape(context.builder, g, split), copies, false),
    null,
  ]
})
