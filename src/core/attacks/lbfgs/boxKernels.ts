import type { Code } from '#core/simd/encode'
import { readDoubles, writeDoubles, type Kernel } from '#core/simd/kernel'
import type { Lanes } from '#core/simd/Lanes'

const within = (l: Lanes, value: Code, lower: Code, upper: Code): Code => l.min(l.max(value, lower), upper)

/** What is done within a box: variables, slopes and sides are doubles. */
export const boxKernels = {
  /** out = start + t direction, brought into the box. */
  go: {
    precision: 'double',
    arrays: [readDoubles, readDoubles, readDoubles, readDoubles, writeDoubles],
    scalars: 1,
    reductions: [],
    body: (l, [t]) => l.store(4, within(l, l.add(l.load(0), l.mul(t!, l.load(1))), l.load(2), l.load(3))),
  },
  /** By how much of a step the box is left at most: 1 / how many times it fits in. */
  filled: {
    precision: 'double',
    arrays: [readDoubles, readDoubles, readDoubles, readDoubles],
    scalars: 0,
    reductions: ['greatest'],
    body(l) {
      const zero = l.constant(0)
      const [x, step] = [l.keep(l.load(0)), l.keep(l.load(1))]
      const side = l.where(l.less(step.again, zero), l.load(2), l.load(3))
      const share = l.div(step.again, l.sub(side, x.again))
      const moves = l.less(zero, l.abs(step.again))
      return [...x.first, ...step.first, ...l.reduce(0, 'greatest', l.where(moves, share, zero))]
    },
  },
  /**
   * Where x - t g meets the box: at zero for what cannot move, at infinity for what has no slope. How many variables move, the
   * square of their slopes, how many cannot; of P(x - g) - x the greatest value, and the last bend.
   */
  bends: {
    precision: 'double',
    arrays: [readDoubles, readDoubles, readDoubles, readDoubles, writeDoubles],
    scalars: 0,
    reductions: ['sum', 'sum', 'sum', 'greatest', 'greatest'],
    body(l) {
      const [zero, one, never] = [l.constant(0), l.constant(1), l.constant(Infinity)]
      const slope = l.keep(l.load(1))
      const side = l.where(l.less(slope.again, zero), l.load(3), l.load(2))
      const room = l.keep(l.sub(l.load(0), side))
      const slopes = l.less(zero, l.abs(slope.again))
      const bend = l.keep(l.where(slopes, l.div(room.again, slope.again), never))
      const down = l.keep(l.where(l.less(zero, bend.again), slope.again, zero))
      const finite = l.where(l.less(bend.again, never), bend.again, zero)
      return [
        ...[...slope.first, ...room.first, ...bend.first, ...l.store(4, bend.again), ...down.first],
        ...l.reduce(0, 'sum', l.where(l.less(zero, l.abs(down.again)), one, zero)),
        ...l.reduce(1, 'sum', l.mul(down.again, down.again)),
        ...l.reduce(2, 'sum', l.where(l.equal(bend.again, zero), one, zero)),
        ...l.reduce(3, 'greatest', l.min(l.abs(slope.again), l.abs(room.again))),
        ...l.reduce(4, 'greatest', finite),
      ]
    },
  },
  /** Finds the bends beyond one place and up to another. */
  between: {
    precision: 'double',
    arrays: [readDoubles],
    scalars: 2,
    reductions: [],
    finds: true,
    body: (l, [from, to]) => l.both(l.less(from!, l.load(0)), l.atMost(l.load(0), to!)),
  },
  /** Finds what cannot move: what bends where it is. */
  stuck: {
    precision: 'double',
    arrays: [readDoubles],
    scalars: 0,
    reductions: [],
    finds: true,
    body: (l) => l.equal(l.load(0), l.constant(0)),
  },
  /** point = P(x - t g): what bends before has come to its side. Its bends are the last array but one. */
  arrive: {
    precision: 'double',
    arrays: [readDoubles, readDoubles, readDoubles, readDoubles, readDoubles, writeDoubles],
    scalars: 1,
    reductions: [],
    body(l, [t]) {
      const slope = l.keep(l.load(1))
      const [lower, upper] = [l.keep(l.load(2)), l.keep(l.load(3))]
      const there = within(l, l.sub(l.load(0), l.mul(t!, slope.again)), lower.again, upper.again)
      const side = l.where(l.less(slope.again, l.constant(0)), upper.again, lower.again)
      return [
        ...[...slope.first, ...lower.first, ...upper.first],
        ...l.store(5, l.where(l.less(t!, l.load(4)), there, side)),
      ]
    },
  },
  /** Finds the variables that lie on a side of the box. */
  onSide: {
    precision: 'double',
    arrays: [readDoubles, readDoubles, readDoubles],
    scalars: 0,
    reductions: [],
    finds: true,
    body(l) {
      const distance = l.min(l.abs(l.sub(l.load(0), l.load(1))), l.abs(l.sub(l.load(0), l.load(2))))
      return l.equal(distance, l.constant(0))
    },
  },
  /**
   * target = point + step in the box, and the way there from x: along g, and its square. Where the step is cut off, by how much
   * it is too long; zero where it is not.
   */
  intoBox: {
    precision: 'double',
    arrays: [
      ...[readDoubles, readDoubles, readDoubles, readDoubles],
      ...[readDoubles, readDoubles, writeDoubles, writeDoubles],
    ],
    scalars: 0,
    reductions: ['greatest', 'sum', 'sum'],
    body(l) {
      const [point, step] = [l.keep(l.load(0)), l.keep(l.load(1))]
      const wanted = l.keep(l.add(point.again, step.again))
      const got = l.keep(within(l, wanted.again, l.load(2), l.load(3)))
      const cut = l.less(l.constant(0), l.abs(l.sub(wanted.again, got.again)))
      const excess = l.abs(l.div(step.again, l.sub(got.again, point.again)))
      const way = l.keep(l.sub(got.again, l.load(4)))
      return [
        ...[...point.first, ...step.first, ...wanted.first, ...got.first, ...way.first],
        ...[...l.store(6, got.again), ...l.store(7, way.again)],
        ...l.reduce(0, 'greatest', l.where(cut, excess, l.constant(0))),
        ...l.reduce(1, 'sum', l.mul(way.again, l.load(5))),
        ...l.reduce(2, 'sum', l.mul(way.again, way.again)),
      ]
    },
  },
} satisfies Record<string, Kernel>
