import { int } from '../attributes'
import type { Fact } from '../facts'
import { reshape, transpose } from '../ops'
import { targetShape, unbroadcast } from '../unbroadcast'
import { rule } from './rule'
import type { RuleContext } from './rule'

/**
 * Y = A B over the last two axes, the others broadcast: dA = G B^T, dB = A^T G, summed over what was broadcast. A vector
 * on the left is a row, one on the right a column.
 */
export const MatMul = rule((context, g) => {
  const [a, b] = [context.fact(0), context.fact(1)]
  const out = context.outputFact().shape
  const left: Fact = a.shape.length === 1 ? { ...a, shape: [1, ...a.shape] } : a
  const right: Fact = b.shape.length === 1 ? { ...b, shape: [...b.shape, 1] } : b
  const lead = out.slice(0, Math.max(left.shape.length, right.shape.length) - 2)
  const rows = left.shape.at(-2)!
  const columns = right.shape.at(-1)!
  const full: Fact = { type: a.type, shape: [...lead, rows, columns] }
  const G = full.shape.length === out.length ? g : reshape(context.builder, g, targetShape(full))
  const A = a === left ? context.must(0) : reshape(context.builder, context.must(0), targetShape(left))
  const B = b === right ? context.must(1) : reshape(context.builder, context.must(1), targetShape(right))
  const back = (gradient: string, padded: Fact, own: Fact): string =>
    padded === own ? gradient : reshape(context.builder, gradient, targetShape(own))
  const toA = (): string => {
    if (right.shape.length === 2 && left.shape.length > 2) return flatGradient(context, G, B, full)
    const product = context.add('MatMul', [G, turned(context, B, right)])
    const shape = [...lead, rows, left.shape.at(-1)!]
    return back(unbroadcast(context.builder, product, { ...left, shape }, left), left, a)
  }
  const toB = (): string => {
    if (right.shape.length === 2 && left.shape.length > 2)
      return back(flatProduct(context, A, left, G, full), right, b)
    const product = context.add('MatMul', [turned(context, A, left), G])
    const shape = [...lead, right.shape.at(-2)!, columns]
    return back(unbroadcast(context.builder, product, { ...right, shape }, right), right, b)
  }
  return [context.needs(0) ? toA() : null, context.needs(1) ? toB() : null]
})

/**
 * One matrix on the right of many, turned by Gemm: turned by a node of its own, constant weights would be folded into a second
 * copy of them.
 */
function flatGradient(context: RuleContext, G: string, B: string, full: Fact): string {
  const rows = reshape(context.builder, G, [-1, full.shape.at(-1) ?? -1])
  return context.reshapeLike(context.add('Gemm', [rows, B], { transB: int(1) }), 0)
}

/** One matrix on the right of many: all rows at once, so that no sum over the products is left. */
function flatProduct(context: RuleContext, A: string, left: Fact, G: string, full: Fact): string {
  const rowsOf = (x: string, fact: Fact): string => reshape(context.builder, x, [-1, fact.shape.at(-1) ?? -1])
  return context.add('Gemm', [rowsOf(A, left), rowsOf(G, full)], { transA: int(1) })
}

function turned(context: RuleContext, x: string, fact: Fact): string {
  const axes = fact.shape.map((_, axis) => axis)
  const last = axes.length - 1
  return transpose(context.builder, x, [...axes.slice(0, -2), last, last - 1])
}
