import { int, intAttribute, intsAttribute } from '../attributes'
import { HalftoneError } from '../../errors'
import { elementCodes, numbersOf } from '../elementTypes'
import { reshape } from '../ops'
import { rule } from './rule'
import type { RuleContext } from './rule'

/** The axes that a reduction runs over, from its attribute or its second input, counted from the front. */
export function reducedAxes(context: RuleContext): readonly number[] {
  const rank = context.rank()
  const all = Array.from({ length: rank }, (_, axis) => axis)
  let axes = intsAttribute(context.node, 'axes')
  if (context.input(1) !== undefined) {
    const constant = context.constant(1)
    if (!constant) throw new HalftoneError('not-differentiable', 'its axes are computed, not constant.')
    axes = numbersOf(constant)
  }
  if (axes && axes.length > 0) return axes.map((axis) => (axis < 0 ? axis + rank : axis))
  return intAttribute(context.node, 'noop_with_empty_axes', 0) === 0 ? all : []
}

/** Spreads a reduction's gradient over the input's shape again. */
export function spread(context: RuleContext, g: string, axes: readonly number[]): string {
  const { shape } = context.fact(0)
  const keeps = intAttribute(context.node, 'keepdims', 1) !== 0
  const kept = keeps
    ? g
    : reshape(
        context.builder,
        g,
        shape.map((length, axis) => (axes.includes(axis) ? 1 : (length ?? -1))),
      )
  const target = axes.some((axis) => shape[axis] === null)
    ? context.add('Shape', [context.must(0)])
    : context.builder.ints(shape.map((length) => length ?? 1))
  return context.add('Expand', [kept, target])
}

export const ReduceSum = rule((context, g) => [spread(context, g, reducedAxes(context))])

export const ReduceMean = rule((context, g) => {
  const axes = reducedAxes(context)
  return [spread(context, context.add('Div', [g, countOf(context, axes)]), axes)]
})

/** How many elements went into each result: a constant, unless the batch is among them. */
function countOf(context: RuleContext, axes: readonly number[]): string {
  const lengths = axes.map((axis) => context.fact(0).shape[axis]!)
  if (lengths.every((length) => length !== null)) {
    return context.scalar(lengths.reduce((product, length) => product * length, 1))
  }
  const to = int(elementCodes[context.fact(0).type])
  const size = (name: string): string => context.add('Cast', [context.add('Size', [name])], { to })
  return context.add('Div', [size(context.must(0)), size(context.output())])
}
