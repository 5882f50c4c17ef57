import type { Code } from '#core/simd/encode'
import type { Kernel } from '#core/simd/kernel'
import type { Lanes } from '#core/simd/Lanes'
import type { Numbers, SidesAt } from './Numbers'
import { alongPairs, pairArrays, pairSums } from './stepKernels'

/**
 * Of the path P(x - t g), as reductions 0 to 2: how many variables it moves, the square of their slopes, and how far it goes at most
 * to t = 1 (what is held by the box does not).
 */
function pathAt(l: Lanes, x: Code, g: Code, { lower, upper }: SidesAt): Code {
  const [zero, one] = [l.constant(0), l.constant(1)]
  const room = l.abs(l.sub(x, l.where(l.less(g, zero), upper, lower)))
  const reach = l.keep(l.min(l.abs(g), room))
  const moves = l.keep(l.where(l.less(zero, reach.again), g, zero))
  return [
    ...[...reach.first, ...moves.first],
    ...l.reduce(0, 'sum', l.where(l.less(zero, reach.again), one, zero)),
    ...l.reduce(1, 'sum', l.mul(moves.again, moves.again)),
    ...l.reduce(2, 'greatest', reach.again),
  ]
}
const pathReductions = ['sum', 'sum', 'greatest'] as const

/** What an objective adds up to: share (what was answered) + pull (x - centre). */
const slopesOf = (l: Lanes, answered: Code, x: Code, centre: Code, share: Code, pull: Code): Code =>
  l.add(l.mul(share, answered), l.mul(pull, l.sub(x, centre)))

/**
 * What comes of an answer at x = where a step has led: g there, the path from there; the change y of g along the step, its square, y
 * along the new g, and along the corrections. Arrays: what was answered, x, centre, the step, the old g, the new g, box,
 * corrections. Scalars: share and pull.
 */
function answer(numbers: Numbers, count: number): Kernel {
  const { precision, read, write, sides } = numbers
  const first = 6 + sides.length
  return {
    precision,
    arrays: [read, read, read, read, read, write, ...sides, ...pairArrays(numbers, count)],
    scalars: 2,
    reductions: [...pathReductions, 'sum', 'sum', 'sum', ...pairSums(count)],
    inBlocks: true,
    body(l, [share, pull]) {
      const x = l.keep(l.load(1))
      const g = l.keep(slopesOf(l, l.load(0), x.again, l.load(2), share!, pull!))
      const y = l.keep(l.sub(g.again, l.load(4)))
      const own = [...x.first, ...g.first, ...y.first, ...l.store(5, g.again)]
      return [
        own,
        pathAt(l, x.again, g.again, numbers.sidesAt(l, 6)),
        l.reduce(3, 'sum', l.mul(y.again, l.load(3))),
        l.reduce(4, 'sum', l.mul(y.again, y.again)),
        l.reduce(5, 'sum', l.mul(y.again, g.again)),
        ...alongPairs(l, count, first, 6, y.again),
      ]
    },
  }
}

export const answerKernels = (numbers: Numbers) => {
  const { precision, read, write, sides } = numbers
  return {
    /** g at the start, and the path from there. Arrays: what was answered, x, centre, g, box. Scalars: share and pull. */
    begin: {
      precision,
      arrays: [read, read, read, write, ...sides],
      scalars: 2,
      reductions: pathReductions,
      inBlocks: true,
      body(l, [share, pull]) {
        const x = l.keep(l.load(1))
        const g = l.keep(slopesOf(l, l.load(0), x.again, l.load(2), share!, pull!))
        return [
          ...[...x.first, ...g.first, ...l.store(3, g.again)],
          ...pathAt(l, x.again, g.again, numbers.sidesAt(l, 4)),
        ]
      },
    },
    answer0: answer(numbers, 0),
    answer1: answer(numbers, 1),
    answer2: answer(numbers, 2),
    answer3: answer(numbers, 3),
    answer4: answer(numbers, 4),
    answer5: answer(numbers, 5),
  } satisfies Record<string, Kernel>
}
