import { floatAttribute, int, intAttribute, ints } from '../attributes'
import { reshape } from '../ops'
import { rule } from './rule'
import type { RuleContext } from './rule'

/**
 * y = x s^-beta, s = bias + alpha mean(x^2) over a window of channels (zeros beyond the ends):
 * dx = g s^-beta - 2 alpha beta x mean'(g x s^(-beta - 1)), mean' over the window turned round.
 */
export const LRN = rule((context, g) => {
  const { node } = context
  const [alpha, beta] = [floatAttribute(node, 'alpha', 1e-4), floatAttribute(node, 'beta', 0.75)]
  const size = intAttribute(node, 'size', 1)
  const [before, after] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)]
  const x = context.must(0)
  const times = (a: string, b: string): string => context.add('Mul', [a, b])
  const squares = means(context, times(x, x), [before, after])
  const s = context.add('Add', [
    times(squares, context.scalar(alpha)),
    context.scalar(floatAttribute(node, 'bias', 1)),
  ])
  const direct = times(g, context.add('Pow', [s, context.scalar(-beta)]))
  const shares = means(context, context.add('Div', [times(direct, x), s]), [after, before])
  const through = times(times(x, shares), context.scalar(2 * alpha * beta))
  return [context.add('Sub', [direct, through])]
})

/** The mean over a window of channels, zeros included: an average pool of [n, 1, channels, everything else]. */
function means(context: RuleContext, x: string, [before, after]: readonly [number, number]): string {
  const { shape } = context.fact(0)
  const rest = shape.slice(2).reduce<number>((product, _, i) => product * context.length(0, i + 2), 1)
  const rows = reshape(context.builder, x, [-1, 1, context.length(0, 1), rest])
  const pooled = context.add('AveragePool', [rows], {
    kernel_shape: ints([before + after + 1, 1]),
    strides: ints([1, 1]),
    pads: ints([before, 0, after, 0]),
    count_include_pad: int(1),
  })
  return context.reshapeLike(pooled, 0)
}
