import { HalftoneError } from '../../errors'
import { int, string } from '../attributes'
import { reshape, slice } from '../ops'
import { reach, taps, windowsOf } from '../windows'
import type { Windows } from '../windows'
import { rule } from './rule'
import type { RuleContext } from './rule'

/**
 * Each window's gradient goes to the first of its largest elements, whose places MaxPool itself can tell. Where windows
 * overlap, the shares of one element are summed.
 */
export const MaxPool = rule((context, g) => {
  const { builder, node } = context
  if (builder.opset < 10) {
    throw new HalftoneError(
      'not-differentiable',
      `operator set 10 or later is needed, the model has ${builder.opset}.`,
    )
  }
  const [, indices] = builder.nodeWithOutputs(
    'MaxPool',
    [context.must(0)],
    2,
    node.attributes,
    'grad_MaxPool',
  )
  const flat = reshape(builder, context.zerosLike(context.must(0)), [-1])
  const spatial = context
    .fact(0)
    .shape.slice(2)
    .map((_, i) => i + 2)
  const windows = windowsOf(
    node,
    spatial.map((axis) => context.length(0, axis)),
    spatial.map((axis) => context.outputLength(axis)),
  )
  const apart = windows.kernel.map((_, i) => Math.ceil((reach(windows, i) + 1) / windows.strides[i]!))
  const overlaps = apart.some((count) => count > 1)
  const scattered =
    overlaps && builder.opset < 16
      ? byClasses(context, g, indices!, flat, apart, windows)
      : scatter(context, g, indices!, flat, overlaps)
  return [context.reshapeLike(scattered, 0)]
})

function scatter(context: RuleContext, g: string, indices: string, flat: string, sums: boolean): string {
  const { builder } = context
  const op = builder.opset < 11 ? 'Scatter' : 'ScatterElements'
  return context.add(op, [flat, reshape(builder, indices, [-1]), reshape(builder, g, [-1])], {
    axis: int(0),
    ...(sums && { reduction: string('add') }),
  })
}

/** Before operator set 16 nothing can be summed while scattering: every `apart`-th window alone overlaps no other. */
function byClasses(
  context: RuleContext,
  g: string,
  indices: string,
  flat: string,
  apart: readonly number[],
  windows: Windows,
): string {
  const classes = taps(apart).filter((offset) => offset.every((start, i) => start < windows.outputSize[i]!))
  const parts = classes.map((offset) => {
    const stretches = offset.map((start, i) => ({
      axis: i + 2,
      start,
      end: windows.outputSize[i]!,
      step: apart[i]!,
    }))
    const own = (x: string): string => slice(context.builder, x, stretches)
    return scatter(context, own(g), own(indices), flat, false)
  })
  return parts.reduce((sum, part) => context.add('Add', [sum, part]))
}
