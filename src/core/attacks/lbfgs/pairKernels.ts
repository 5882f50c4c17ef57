import type { Code } from '#core/simd/encode'
import { changeDoubles, read, readDoubles, write, writeDoubles, type Kernel } from '#core/simd/kernel'
import type { Lanes } from '#core/simd/Lanes'

/** How many corrections {@link pairKernels}.subspaceStep takes in one pass. */
export const pairsAtOnce = 5

/** What is done with corrections: s and y, floats, beside vectors of doubles. */
export const pairKernels = {
  /** A correction's s and y along one vector. */
  along: {
    precision: 'double',
    arrays: [read, read, readDoubles],
    scalars: 0,
    reductions: ['sum', 'sum'],
    body: (l) => correctionAlong(l, l.load(2)),
  },
  /** A correction's s and y along the newest step, then along its change of the gradient. */
  alongBoth: {
    precision: 'double',
    arrays: [read, read, readDoubles, readDoubles],
    scalars: 0,
    reductions: ['sum', 'sum', 'sum', 'sum'],
    body(l) {
      const [s, y, step, change] = [
        l.keep(l.load(0)),
        l.keep(l.load(1)),
        l.keep(l.load(2)),
        l.keep(l.load(3)),
      ]
      return [
        ...[...s.first, ...y.first, ...step.first, ...change.first],
        ...l.reduce(0, 'sum', l.mul(s.again, step.again)),
        ...l.reduce(1, 'sum', l.mul(y.again, step.again)),
        ...l.reduce(2, 'sum', l.mul(s.again, change.again)),
        ...l.reduce(3, 'sum', l.mul(y.again, change.again)),
      ]
    },
  },
  /** v += p s + q y. */
  combine: {
    precision: 'double',
    arrays: [read, read, changeDoubles],
    scalars: 2,
    reductions: [],
    body: (l, [p, q]) => l.store(2, l.add(l.load(2), l.add(l.mul(p!, l.load(0)), l.mul(q!, l.load(1))))),
  },
  /** A step and its change of the gradient, scaled, as a correction. */
  remember: {
    precision: 'double',
    arrays: [readDoubles, readDoubles, write, write],
    scalars: 1,
    reductions: [],
    body: (l, [scale]) => [...l.store(2, l.mul(scale!, l.load(0))), ...l.store(3, l.mul(scale!, l.load(1)))],
  },
  /** A correction's s and y along minus the slopes of what moves: of variables that bend somewhere beyond where they are. */
  alongMoving: {
    precision: 'double',
    arrays: [read, read, readDoubles, readDoubles],
    scalars: 0,
    reductions: ['sum', 'sum'],
    body(l) {
      const zero = l.constant(0)
      return correctionAlong(l, l.where(l.less(zero, l.load(3)), l.sub(zero, l.load(2)), zero))
    },
  },
  /**
   * out = factor (g + theta (point - x)), and p s + q y of five corrections to it. Their s and y come after out; factor, theta and
   * each correction's p and q are the scalars.
   */
  subspaceStep: {
    precision: 'double',
    arrays: [readDoubles, readDoubles, readDoubles, writeDoubles, ...new Array<typeof read>(10).fill(read)],
    scalars: 2 + 2 * pairsAtOnce,
    reductions: [],
    body(l, [factor, theta, ...shares]) {
      let sum = l.mul(factor!, l.add(l.load(0), l.mul(theta!, l.sub(l.load(1), l.load(2)))))
      for (let k = 0; k < pairsAtOnce; k++) {
        const [p, q] = [shares[2 * k]!, shares[2 * k + 1]!]
        sum = l.add(sum, l.add(l.mul(p, l.load(4 + 2 * k)), l.mul(q, l.load(5 + 2 * k))))
      }
      return l.store(3, sum)
    },
  },
} satisfies Record<string, Kernel>

/** A correction's s and y, the first two arrays, along one vector. */
function correctionAlong(l: Lanes, vector: Code): Code {
  const { first, again } = l.keep(vector)
  return [
    ...first,
    ...l.reduce(0, 'sum', l.mul(l.load(0), again)),
    ...l.reduce(1, 'sum', l.mul(l.load(1), again)),
  ]
}
