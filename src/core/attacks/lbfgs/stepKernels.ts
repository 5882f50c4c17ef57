import type { Code } from '#core/simd/encode'
import type { ArrayOf, Kernel } from '#core/simd/kernel'
import type { Lanes } from '#core/simd/Lanes'
import { within } from './boxKernels'
import type { Numbers, SidesAt } from './Numbers'

/** How many corrections one pass takes; those of a longer memory are gone over in several. */
export const pairsAtOnce = 5

/** The arrays of corrections: a step s and the gradient b before it of the first, then of the next. Changes of the gradient are made of those. */
export const pairArrays = ({ read }: Numbers, count: number): ArrayOf[] =>
  new Array<ArrayOf>(2 * count).fill(read)

export const pairSums = (count: number) => new Array<'sum'>(2 * count).fill('sum')

/**
 * s . v and b . v of each correction, in parts.
 * @param first array of the first correction
 * @param reduction of the first correction
 */
export const alongPairs = (l: Lanes, count: number, first: number, reduction: number, v: Code): Code[] =>
  Array.from({ length: 2 * count }, (_, k) => l.reduce(reduction + k, 'sum', l.mul(l.load(first + k), v)))

/**
 * sum + W u of some corrections, in parts. Each sum is also stored, for no other reason than that it is then made before the next
 * arrays are loaded: the host's compiler would load all of them first, and put them on its stack.
 * @param shares for each the factors of its s and its b
 * @param out an array that is overwritten later
 */
function combination(l: Lanes, start: Code, shares: readonly Code[], first: number, out: number) {
  let sum = l.keep(start)
  const parts = [sum.first]
  for (let k = 0; k < shares.length; k += 2) {
    const s = l.add(sum.again, l.mul(shares[k]!, l.load(first + k)))
    sum = l.keep(l.add(s, l.mul(shares[k + 1]!, l.load(first + k + 1))))
    parts.push([...sum.first, ...l.store(out, sum.again)])
  }
  return { parts, sum: sum.again }
}

/** W u - a g, and so x - a g + W u where variables are wanted that the Cauchy point leaves free. */
const wantedWay = (l: Lanes, g: Code, [a, ...shares]: readonly Code[], first: number, out: number) =>
  combination(l, l.mul(l.sub(l.constant(0), a!), g), shares, first, out)

/** The Cauchy point x - t g, and whether it leaves a variable free or takes it to its side or beyond. */
function cauchyAt(l: Lanes, x: Code, g: Code, t: Code, { lower, upper }: SidesAt) {
  const there = l.keep(l.sub(x, l.mul(t, g)))
  const room = l.min(l.sub(there.again, lower), l.sub(upper, there.again))
  return { first: there.first, point: there.again, free: l.less(l.constant(0), room) }
}

/** Target, array 3, and the way there from x, array 4; the way along g, its square and |target - centre|^2, with centre array 2. */
function goThere(l: Lanes, x: Code, g: Code, there: Code): { readonly code: Code; readonly way: Code } {
  const target = l.keep(there)
  const way = l.keep(l.sub(target.again, x))
  const away = l.keep(l.sub(target.again, l.load(2)))
  return {
    way: way.again,
    code: [
      ...[...target.first, ...way.first, ...away.first],
      ...[...l.store(3, target.again), ...l.store(4, way.again)],
      ...l.reduce(0, 'sum', l.mul(way.again, g)),
      ...l.reduce(1, 'sum', l.mul(way.again, way.again)),
      ...l.reduce(2, 'sum', l.mul(away.again, away.again)),
    ],
  }
}

/**
 * The whole step with so many corrections: target = P(x - a g + W u) where the Cauchy point x - t g is free, else P(x - t g); the
 * sums of goThere, and the way along the corrections. Arrays: x, g, centre, target, way, box, corrections. Scalars: t, a, the
 * factors of s and b for each correction.
 */
function step(numbers: Numbers, count: number): Kernel {
  const { precision, read, write, sides } = numbers
  const first = 5 + sides.length
  return {
    precision,
    arrays: [read, read, read, write, write, ...sides, ...pairArrays(numbers, count)],
    scalars: 2 + 2 * count,
    reductions: ['sum', 'sum', 'sum', ...pairSums(count)],
    inBlocks: true,
    body(l, [t, ...shares]) {
      const box = numbers.sidesAt(l, 5)
      const [x, g] = [l.keep(l.load(0)), l.keep(l.load(1))]
      const { parts, sum } = wantedWay(l, g.again, shares, first, 4)
      const cauchy = cauchyAt(l, x.again, g.again, t!, box)
      const there = within(l, l.where(cauchy.free, l.add(x.again, sum), cauchy.point), box)
      const { code, way } = goThere(l, x.again, g.again, there)
      return [
        [...x.first, ...g.first],
        ...[...parts, [...cauchy.first, ...code]],
        ...alongPairs(l, count, first, 3, way),
      ]
    },
  }
}

export const stepKernels = (numbers: Numbers) => {
  const { precision, read, write, change, sides } = numbers
  const plain = { precision, inBlocks: true } as const
  return {
    step0: step(numbers, 0),
    step1: step(numbers, 1),
    step2: step(numbers, 2),
    step3: step(numbers, 3),
    step4: step(numbers, 4),
    step5: step(numbers, 5),
    /** out = x - a g + W u of some corrections. Scalars: a, the factors of s and b for each. */
    wanted: {
      ...plain,
      arrays: [read, read, write, ...pairArrays(numbers, pairsAtOnce)],
      scalars: 1 + 2 * pairsAtOnce,
      reductions: [],
      body(l, scalars) {
        const { parts, sum } = wantedWay(l, l.load(1), scalars, 3, 2)
        return [...parts, l.store(2, l.add(l.load(0), sum))]
      },
    },
    /** out += W u of more corrections. */
    wantedMore: {
      ...plain,
      arrays: [change, ...pairArrays(numbers, pairsAtOnce)],
      scalars: 2 * pairsAtOnce,
      reductions: [],
      body(l, shares) {
        const { parts, sum } = combination(l, l.load(0), shares, 1, 0)
        return [...parts, l.store(0, sum)]
      },
    },
    /**
     * As a step, from the Cauchy point to a share of the way to what is wanted. Arrays: x, g, centre, target, way, wanted, box.
     * Scalars: t, the share.
     */
    towards: {
      ...plain,
      arrays: [read, read, read, write, write, read, ...sides],
      scalars: 2,
      reductions: ['sum', 'sum', 'sum'],
      body(l, [t, share]) {
        const box = numbers.sidesAt(l, 6)
        const [x, g] = [l.keep(l.load(0)), l.keep(l.load(1))]
        const { first, point, free } = cauchyAt(l, x.again, g.again, t!, box)
        const part = l.add(point, l.mul(share!, l.sub(l.load(5), point)))
        const there = within(l, l.where(free, part, point), box)
        return [...x.first, ...g.first, ...first, ...goThere(l, x.again, g.again, there).code]
      },
    },
    /** By how much the step from the Cauchy point to what is wanted is too long for the box, at most. Arrays: x, g, wanted, box. */
    excess: {
      ...plain,
      arrays: [read, read, read, ...sides],
      scalars: 1,
      reductions: ['greatest'],
      body(l, [t]) {
        const zero = l.constant(0)
        const box = numbers.sidesAt(l, 3)
        const { first, point, free } = cauchyAt(l, l.load(0), l.load(1), t!, box)
        const wanted = l.keep(l.load(2))
        const got = l.keep(within(l, wanted.again, box))
        const cut = l.both(free, l.less(zero, l.abs(l.sub(wanted.again, got.again))))
        const excess = l.abs(l.div(l.sub(wanted.again, point), l.sub(got.again, point)))
        return [
          ...[...first, ...wanted.first, ...got.first],
          ...l.reduce(0, 'greatest', l.where(cut, excess, zero)),
        ]
      },
    },
    /** Some corrections along one vector, the first array. */
    along: {
      ...plain,
      arrays: [read, ...pairArrays(numbers, pairsAtOnce)],
      scalars: 0,
      reductions: pairSums(pairsAtOnce),
      body(l) {
        const v = l.keep(l.load(0))
        return [v.first, ...alongPairs(l, pairsAtOnce, 1, 0, v.again)]
      },
    },
  } satisfies Record<string, Kernel>
}
