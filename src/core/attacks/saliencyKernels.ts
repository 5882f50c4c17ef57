import type { Code } from '#core/simd/encode'
import { read, readBytes, write, type Kernel } from '#core/simd/kernel'
import { programOf } from '#core/simd/Kernels'
import type { Lanes } from '#core/simd/Lanes'

/** a and c of features that may not be chosen: no sum with another's is above zero. */
export const outside = -3e38

/** The product of two sums where both are above zero, else zero. */
const positive = (l: Lanes, gain: Code, loss: Code): Code =>
  l.mul(l.max(gain, l.constant(0)), l.max(loss, l.constant(0)))

/** For a and c of the search for pairs, exact as JavaScript's own sums and products of floats are. */
export const pairProgram = programOf({
  /** a and c of the features, far below zero outside of the domain; the greatest a, c and a c of those where both are above zero. */
  slopes: {
    precision: 'double',
    arrays: [read, read, readBytes, write, write],
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
        ...l.reduce(2, 'greatest', positive(l, gain.again, loss.again)),
      ]
    },
  },
  /** The greatest product of a feature's a and c, given, with another's. */
  partner: {
    precision: 'double',
    arrays: [read, read],
    scalars: 2,
    reductions: ['greatest'],
    body: (l, [a, c]) => l.reduce(0, 'greatest', positive(l, l.add(a!, l.load(0)), l.add(c!, l.load(1)))),
  },
  /** Finds the features of whose a and c, with these added, the product is exactly so great. */
  exactly: {
    precision: 'double',
    arrays: [read, read],
    scalars: 3,
    reductions: [],
    finds: true,
    body: (l, [a, c, product]) => l.equal(positive(l, l.add(a!, l.load(0)), l.add(c!, l.load(1))), product!),
  },
  /** As {@link exactly}, greater. */
  above: {
    precision: 'double',
    arrays: [read, read],
    scalars: 3,
    reductions: [],
    finds: true,
    body: (l, [a, c, product]) => l.less(product!, positive(l, l.add(a!, l.load(0)), l.add(c!, l.load(1)))),
  },
  /** Finds one value. */
  equal: {
    precision: 'double',
    arrays: [read],
    scalars: 1,
    reductions: [],
    finds: true,
    body: (l, [value]) => l.equal(l.load(0), value!),
  },
} satisfies Record<string, Kernel>)
