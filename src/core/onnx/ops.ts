import { int, ints } from './attributes'
import type { GraphBuilder } from './GraphBuilder'

/*
 * Operators whose axes or bounds moved from attributes to inputs as ONNX's operator set grew, written for whichever
 * version the graph declares (Operators.md, "Version" of each).
 */

function reduce(
  builder: GraphBuilder,
  op: string,
  axesAreInputsFrom: number,
  x: string,
  axes: readonly number[],
  keep: boolean,
): string {
  const keepdims = int(keep ? 1 : 0)
  if (builder.opset >= axesAreInputsFrom) return builder.node(op, [x, builder.ints(axes)], { keepdims })
  return builder.node(op, [x], { axes: ints(axes), keepdims })
}

/** Sum over the axes; they stay with length 1 when `keep`. */
export function reduceSum(builder: GraphBuilder, x: string, axes: readonly number[], keep: boolean): string {
  return reduce(builder, 'ReduceSum', 13, x, axes, keep)
}

export function reduceMean(builder: GraphBuilder, x: string, axes: readonly number[], keep: boolean): string {
  return reduce(builder, 'ReduceMean', 18, x, axes, keep)
}

export function reduceMax(builder: GraphBuilder, x: string, axes: readonly number[], keep: boolean): string {
  return reduce(builder, 'ReduceMax', 18, x, axes, keep)
}

/** Reshape to constant lengths; -1 stands for what is left, 0 for the input's own length at that place. */
export function reshape(builder: GraphBuilder, x: string, shape: readonly number[]): string {
  return builder.node('Reshape', [x, builder.ints(shape)])
}

export function transpose(builder: GraphBuilder, x: string, perm: readonly number[]): string {
  return builder.node('Transpose', [x], { perm: ints(perm) })
}

/** One stretch of one axis: elements start, start + step, ... before end. */
export interface Stretch {
  readonly axis: number
  readonly start: number
  readonly end: number
  readonly step?: number
}

/** @param stretches at most one for an axis; negative steps and steps beyond 1 need operator set 10. */
export function slice(builder: GraphBuilder, x: string, stretches: readonly Stretch[]): string {
  const starts = stretches.map(({ start }) => start)
  const ends = stretches.map(({ end }) => end)
  const axes = stretches.map(({ axis }) => axis)
  if (builder.opset < 10) {
    return builder.node('Slice', [x], { starts: ints(starts), ends: ints(ends), axes: ints(axes) })
  }
  const inputs = [x, ...[starts, ends, axes].map((list) => builder.ints(list))]
  if (stretches.some(({ step = 1 }) => step !== 1)) {
    inputs.push(builder.ints(stretches.map(({ step = 1 }) => step)))
  }
  return builder.node('Slice', inputs)
}

/** Zeros round a tensor: one number before and one after for every axis. */
export function pad(
  builder: GraphBuilder,
  x: string,
  before: readonly number[],
  after: readonly number[],
): string {
  if ([...before, ...after].every((count) => count === 0)) return x
  const pads = [...before, ...after]
  if (builder.opset >= 11) return builder.node('Pad', [x, builder.ints(pads)])
  return builder.node('Pad', [x], { pads: ints(pads) })
}
