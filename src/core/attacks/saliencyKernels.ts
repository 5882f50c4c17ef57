import type { Code } from '#core/simd/encode'
import { read, write, type Kernel } from '#core/simd/kernel'
import { programOf } from '#core/simd/Kernels'

/** a and c of features that may not be chosen: no sum with another's is above zero. */
export const outside = -3e38

/** For a and c of the search for pairs, exact as JavaScript's own sums and products of floats are. */
export const pairProgram = programOf({
  /** a and c of the features, far below zero outside of the domain; the greatest a, c and a c of those where both are above zero. */
  slopes: {
    precision: 'double',
    arrays: [read, read, read, write, write],
    scalars: 1,
    reductions: ['greatest', 'greatest', 'greatest'],
    body(l, [sign]) {
      const zero = l.constant(0)
      const open = l.keep(l.load(2))
      const inside = (value: Code): Code => l.where(l.less(zero, open.again), value, l.constant(outside))
      const gain = l.keep(inside(l.mul(sign!, l.load(0))))
      const loss = l.keep(inside(l.sub(zero, l.mul(sign!, l.load(1)))))
      return [
        ...[...open.first, ...gain.first, ...loss.first],
        ...[...l.store(3, gain.again), ...l.store(4, loss.again)],
        ...[...l.reduce(0, 'greatest', gain.again), ...l.reduce(1, 'greatest', loss.again)],
        ...l.reduce(2, 'greatest', l.mul(l.max(gain.again, zero), l.max(loss.again, zero))),
      ]
    },
  },
  /** The greatest product of a feature's a and c, given, with another's. */
  partner: {
    precision: 'double',
    arrays: [read, read],
    scalars: 2,
    reductions: ['greatest'],
    body(l, [a, c]) {
      const gain = l.max(l.add(a!, l.load(0)), l.constant(0))
      const loss = l.max(l.add(c!, l.load(1)), l.constant(0))
      return l.reduce(0, 'greatest', l.mul(gain, loss))
    },
  },
} satisfies Record<string, Kernel>)
