import { HalftoneError } from '../../errors'
import { floatAttribute, intAttribute } from '../attributes'
import { reduceSum, reshape, transpose } from '../ops'
import type { GradientRule, RuleContext } from './rule'

/**
 * Y = P V with P = softmax(s Q K^T + mask), head by head (Operators.md, Attention), as exporters write it for image
 * transformers: as many heads of keys as of queries, nothing kept from earlier runs, no causal mask.
 *   dV = P^T G, dP = G V^T, dS = P (dP - sum(dP P)), dQ = s dS K, dK = s dS^T Q
 */
export const Attention: GradientRule = {
  gradient: (context, [g, ...others]) => {
    if (typeof g !== 'string' || others.some((other) => typeof other === 'string')) {
      throw new HalftoneError('not-differentiable', 'there is a gradient for its first output only.')
    }
    checkKind(context)
    const { builder } = context
    const heads = headsOf(context)
    const [q, k, v] = [0, 1, 2].map((place) => heads.apart(place, context.must(place))) as [
      string,
      string,
      string,
    ]
    const turned = (x: string): string => transpose(builder, x, [0, 1, 3, 2])
    const scale = context.scalar(floatAttribute(context.node, 'scale', 1 / Math.sqrt(heads.width)))
    const scores = masked(context, context.add('Mul', [context.add('MatMul', [q, turned(k)]), scale]))
    const p = builder.node('Softmax', [scores])
    const above = heads.apart('output', g)
    const dP = context.add('MatMul', [above, turned(v)])
    const dot = reduceSum(builder, context.add('Mul', [dP, p]), [3], true)
    const dS = context.add('Mul', [context.add('Mul', [p, context.add('Sub', [dP, dot])]), scale])
    const back = (place: number, make: () => string): string | null =>
      context.needs(place) ? heads.together(make()) : null
    return [
      back(0, () => context.add('MatMul', [dS, k])),
      back(1, () => context.add('MatMul', [turned(dS), q])),
      back(2, () => context.add('MatMul', [turned(p), above])),
      ...context.node.inputs.slice(3).map(() => null),
    ]
  },
}

function checkKind(context: RuleContext): void {
  const { node } = context
  const problem = [
    intAttribute(node, 'is_causal', 0) !== 0 && 'a causal mask',
    floatAttribute(node, 'softcap', 0) !== 0 && 'softcap',
    [4, 5, 6].some((place) => context.input(place) !== undefined) &&
      'keys and values of earlier runs, or padding',
    context.needs(3) && 'a mask that depends on the images',
  ].find((words) => typeof words === 'string')
  if (problem) throw new HalftoneError('not-differentiable', `there is no gradient for ${problem}.`)
}

interface Heads {
  /** Length of a query's vector in one head. */
  readonly width: number
  /** [n, heads, positions, width], from that or from [n, positions, heads * width]. */
  apart(place: number | 'output', x: string): string
  together(x: string): string
}

function headsOf(context: RuleContext): Heads {
  const { builder, node } = context
  const flat = context.rank() === 3
  const count = (place: number, name: string): number =>
    flat ? intAttribute(node, name, 0) : context.length(place, 1)
  const heads = count(0, 'q_num_heads')
  if (heads < 1 || heads !== count(1, 'kv_num_heads')) {
    throw new HalftoneError(
      'not-differentiable',
      'there is a gradient for as many heads of keys as of queries only.',
    )
  }
  if (!flat) return { width: context.length(0, 3), apart: (_, x) => x, together: (x) => x }
  return {
    width: context.length(0, 2) / heads,
    apart(place, x) {
      const [positions, all] =
        place === 'output'
          ? [context.outputLength(1), context.outputLength(2)]
          : [context.length(place, 1), context.length(place, 2)]
      return transpose(builder, reshape(builder, x, [-1, positions, heads, all / heads]), [0, 2, 1, 3])
    },
    together: (x) => reshape(builder, transpose(builder, x, [0, 2, 1, 3]), [0, 0, -1]),
  }
}

/** A mask of truth values keeps where it is true; one of numbers is added. */
function masked(context: RuleContext, scores: string): string {
  const mask = context.input(3)
  if (mask === undefined) return scores
  if (context.fact(3).type !== 'bool') return context.add('Add', [scores, mask])
  return context.add('Where', [mask, scores, context.scalar(-Infinity)])
}
