import type { Fact } from './facts'
import type { GraphBuilder } from './GraphBuilder'
import { reduceSum, reshape } from './ops'

/**
 * Sums a gradient of a broadcast operator's output down to the shape of one input: over the axes that the input lacks
 * and over those where it has length 1 (ONNX Broadcasting.md, the transpose of spreading).
 */
export function unbroadcast(builder: GraphBuilder, gradient: string, from: Fact, to: Fact): string {
  const lead = from.shape.length - to.shape.length
  const axes = from.shape.flatMap((length, axis) =>
    axis < lead || (to.shape[axis - lead] === 1 && length !== 1) ? [axis] : [],
  )
  if (axes.length === 0) return gradient
  const summed = reduceSum(builder, gradient, axes, true)
  return lead === 0 ? summed : reshape(builder, summed, targetShape(to))
}

/** A fact's shape as Reshape takes it. At most one length follows the batch, and it stands as -1. */
export function targetShape(fact: Fact): readonly number[] {
  return fact.shape.map((length) => length ?? -1)
}
