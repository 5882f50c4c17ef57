import type { Code } from '#core/simd/encode'
import { read, readBytes, write, writeBytes, type Kernel } from '#core/simd/kernel'
import { programOf } from '#core/simd/Kernels'
import type { Lanes } from '#core/simd/Lanes'

/** a and c of features that may not be chosen: no sum with another's is above zero. */
export const outside = -3e38

/** Where the steps of a search for pairs lie, in shares of the greatest a. */
export const shares = [3 / 4, 1 / 2, 1 / 3, 1 / 5, 1 / 8, 1 / 16, 1 / 64, 0] as const

/** The product of two sums where both are above zero, else zero. */
const positive = (l: Lanes, gain: Code, loss: Code): Code =>
  l.mul(l.max(gain, l.constant(0)), l.max(loss, l.constant(0)))

/** The product of a feature's a and c, with these added, each to a scale of its own. */
const productWith = (l: Lanes, a: Code, c: Code, scaleA: Code, scaleC: Code): Code =>
  positive(l, l.mul(l.add(a, l.load(0)), scaleA), l.mul(l.add(c, l.load(1)), scaleC))

/** For a and c of the search for pairs. In single precision: whoever uses products allows for {@link slack}. */
export const pairProgram = programOf({
  /** a and c of the features, far below zero outside of the domain; the greatest a, c and a c of those where both are above zero. */
  slopes: {
    precision: 'single',
    inBlocks: true,
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
  /** The greatest a and c, and the greatest product with each of three features, whose a and c are given, and both scales. */
  partners: {
    precision: 'single',
    inBlocks: true,
    arrays: [read, read],
    scalars: 8,
    reductions: ['greatest', 'greatest', 'greatest', 'greatest', 'greatest'],
    body(l, [scaleA, scaleC, ...features]) {
      const [gain, loss] = [l.keep(l.load(0)), l.keep(l.load(1))]
      const product = (n: number): Code =>
        positive(
          l,
          l.mul(l.add(features[2 * n]!, gain.again), scaleA!),
          l.mul(l.add(features[2 * n + 1]!, loss.again), scaleC!),
        )
      return [
        ...[...gain.first, ...loss.first],
        ...[...l.reduce(0, 'greatest', gain.again), ...l.reduce(1, 'greatest', loss.again)],
        ...[0, 1, 2].flatMap((n) => l.reduce(2 + n, 'greatest', product(n))),
      ]
    },
  },
  /** Finds the features whose product, with this a and c added and to both scales, is greater. */
  above: {
    precision: 'single',
    arrays: [read, read],
    scalars: 5,
    reductions: [],
    finds: true,
    body: (l, [a, c, scaleA, scaleC, product]) => l.less(product!, productWith(l, a!, c!, scaleA!, scaleC!)),
  },
  /** The greatest c of the features with an a of at least each of these, or zero. */
  steps: {
    precision: 'single',
    inBlocks: true,
    arrays: [read, read],
    scalars: shares.length,
    reductions: shares.map(() => 'greatest'),
    body(l, gains) {
      const [gain, loss] = [l.keep(l.load(0)), l.keep(l.load(1))]
      const most = gains.map((least, n) =>
        l.reduce(n, 'greatest', l.only(l.atMost(least, gain.again), loss.again)),
      )
      return [...gain.first, ...loss.first, ...most.flat()]
    },
  },
  /** Both scales, a product to scale, and pairs of a and c to scale. Finds the features whose product with one of them is greater. */
  aboveSteps: {
    precision: 'single',
    arrays: [read, read],
    scalars: 3 + 2 * (shares.length + 1),
    reductions: [],
    finds: true,
    body(l, [scaleA, scaleC, product, ...pairs]) {
      const gain = l.keep(l.mul(scaleA!, l.load(0)))
      const loss = l.keep(l.mul(scaleC!, l.load(1)))
      const products = Array.from({ length: pairs.length / 2 }, (_, n) =>
        positive(l, l.add(gain.again, pairs[2 * n]!), l.add(loss.again, pairs[2 * n + 1]!)),
      )
      const most = products.reduce((greatest, each) => l.max(greatest, each))
      return [...gain.first, ...loss.first, ...l.less(product!, most)]
    },
  },
  /** Finds the features whose a and c have this product. */
  exactly: {
    precision: 'single',
    arrays: [read, read],
    scalars: 1,
    reductions: [],
    finds: true,
    body: (l, [product]) => l.equal(positive(l, l.load(0), l.load(1)), product!),
  },
  /** Floats of levels; the levels, and 1 for those that differ from the end of the range that is given. */
  levels: {
    precision: 'single',
    arrays: [read, writeBytes, writeBytes],
    scalars: 1,
    reductions: [],
    body(l, [end]) {
      const level = l.keep(l.nearest(l.mul(l.load(0), l.constant(255))))
      const open = l.only(l.unequal(level.again, end!), l.constant(1))
      return [...level.first, ...l.store(1, level.again), ...l.store(2, open)]
    },
  },
  /** Finds one value. */
  equal: {
    precision: 'single',
    arrays: [read],
    scalars: 1,
    reductions: [],
    finds: true,
    body: (l, [value]) => l.equal(l.load(0), value!),
  },
} satisfies Record<string, Kernel>)

/** What is taken off products that others have to exceed: more than those in single precision err by. */
export const slack = 1 - 2 ** -19

/** Products to scale that are less may have lost what they are made of, or be zero for it. */
export const least = 2 ** -100

/** The power of two that brings a value near 1, as far as floats go. */
export const scaleOf = (value: number): number =>
  2 ** -Math.max(-126, Math.min(126, Math.floor(Math.log2(value))))
