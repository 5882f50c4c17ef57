import { float, floatAttribute, int, intAttribute } from '../attributes'
import { unbroadcast } from '../unbroadcast'
import { rule } from './rule'

/** Y = alpha A'B' + beta C, where A' and B' are transposed as the node says; each product is one Gemm again. */
export const Gemm = rule((context, g) => {
  const { node, builder } = context
  const transA = intAttribute(node, 'transA', 0) !== 0
  const transB = intAttribute(node, 'transB', 0) !== 0
  const alpha = floatAttribute(node, 'alpha', 1)
  const beta = floatAttribute(node, 'beta', 1)
  const [a, b] = [context.must(0), context.must(1)]
  const product = (left: string, leftTurned: boolean, right: string, rightTurned: boolean): string =>
    context.add('Gemm', [left, right], {
      alpha: float(alpha),
      transA: int(Number(leftTurned)),
      transB: int(Number(rightTurned)),
    })
  const toA = (): string => (transA ? product(b, transB, g, true) : product(g, false, b, !transB))
  const toB = (): string => (transB ? product(g, true, a, transA) : product(a, !transA, g, false))
  const toC = (): string =>
    unbroadcast(
      builder,
      beta === 1 ? g : context.add('Mul', [g, context.scalar(beta)]),
      context.outputFact(),
      context.fact(2),
    )
  return [context.needs(0) ? toA() : null, context.needs(1) ? toB() : null, context.needs(2) ? toC() : null]
})
