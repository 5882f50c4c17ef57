import { HalftoneError } from '../../errors'
import { intsAttribute } from '../attributes'
import { numbersOf } from '../elementTypes'
import { pad, reshape, slice } from '../ops'
import { rule } from './rule'
import type { RuleContext } from './rule'

/** Zeros round what was taken, and between where the step is not 1. */
export const Slice = rule((context, g) => {
  const starts = list(context, 1, 'starts')
  if (!starts) throw new HalftoneError('unreadable-file', 'it has no starts.')
  const rank = context.rank()
  const axes = list(context, 3, 'axes') ?? starts.map((_, i) => i)
  const steps = list(context, 4, 'steps') ?? starts.map(() => 1)
  const cuts = axes.flatMap((given, i) => {
    const axis = given < 0 ? given + rank : given
    const whole = context.fact(0).shape[axis] === null && context.outputFact().shape[axis] === null
    // Over the batch only the cut that keeps everything can be told from two lengths.
    if (whole && starts[i] === 0 && steps[i] === 1) return []
    return [{ axis, start: starts[i]!, step: steps[i]! }]
  })
  return [
    cuts.reduce((x, cut) => putBack(context, x, cut), g),
    ...context.node.inputs.slice(1).map(() => null),
  ]
})

function list(context: RuleContext, place: number, attribute: string): readonly number[] | undefined {
  if (context.builder.opset < 10) return intsAttribute(context.node, attribute)
  if (context.input(place) === undefined) return undefined
  const constant = context.constant(place)
  if (!constant) throw new HalftoneError('not-differentiable', `its ${attribute} are computed, not constant.`)
  return numbersOf(constant)
}

/** One axis of the gradient, brought from the cut's length back to the input's. */
function putBack(
  context: RuleContext,
  g: string,
  cut: { readonly axis: number; readonly start: number; readonly step: number },
): string {
  const { builder } = context
  const { axis } = cut
  const [inside, taken] = [context.length(0, axis), context.outputLength(axis)]
  const stride = Math.abs(cut.step)
  const raw = cut.start < 0 ? cut.start + inside : cut.start
  const start = Math.max(0, Math.min(raw, cut.step < 0 ? inside - 1 : inside))
  const first = cut.step < 0 ? start - (taken - 1) * stride : start
  const turned = cut.step < 0 ? slice(builder, g, [{ axis, start: -1, end: -(2 ** 31), step: -1 }]) : g
  const spaced = stride === 1 ? turned : spacedOut(context, turned, axis, taken, stride)
  const rank = context.rank()
  const at = (count: number): number[] => Array.from({ length: rank }, (_, i) => (i === axis ? count : 0))
  return pad(builder, spaced, at(first), at(inside - first - ((taken - 1) * stride + 1)))
}

/** stride - 1 zeros between neighbours along an axis. */
function spacedOut(context: RuleContext, g: string, axis: number, taken: number, stride: number): string {
  const { builder } = context
  const lengths = context.outputFact().shape.map((length, i) => (i < axis ? 0 : (length ?? -1)))
  const inner = lengths.slice(axis + 1)
  const outer = context
    .fact(0)
    .shape.slice(0, axis)
    .map(() => 0)
  const split = reshape(builder, g, [...outer, taken, 1, ...inner])
  const none = [...outer, taken, 1, ...inner].map(() => 0)
  const wide = pad(
    builder,
    split,
    none,
    none.map((_, i) => (i === axis + 1 ? stride - 1 : 0)),
  )
  const joined = reshape(builder, wide, [...outer, taken * stride, ...inner])
  return slice(builder, joined, [{ axis, start: 0, end: (taken - 1) * stride + 1 }])
}
