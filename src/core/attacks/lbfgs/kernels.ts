import { changeDoubles, read, readDoubles, write, writeDoubles, type Kernel } from '#core/simd/kernel'
import { programOf, type Kernels } from '#core/simd/Kernels'
import type { Lanes } from '#core/simd/Lanes'
import type { Code } from '#core/simd/encode'
import { squaredDistance } from '../squaredDistance'

export type LbfgsKernels = Kernels<keyof typeof kernels>

const within = (l: Lanes, value: Code, lower: Code, upper: Code): Code => l.min(l.max(value, lower), upper)

/** Variables are doubles, corrections and the gradients of models floats. */
const kernels = {
  dot: {
    precision: 'double',
    arrays: [readDoubles, readDoubles],
    scalars: 0,
    reductions: ['sum'],
    body: (l) => l.reduce(0, 'sum', l.mul(l.load(0), l.load(1))),
  },
  /** |a - b|^2. */
  distance: {
    precision: 'double',
    arrays: [readDoubles, readDoubles],
    scalars: 0,
    reductions: ['sum'],
    body(l) {
      const apart = l.keep(l.sub(l.load(0), l.load(1)))
      return [...apart.first, ...l.reduce(0, 'sum', l.mul(apart.again, apart.again))]
    },
  },
  /** A correction's s and y along one vector. */
  along: {
    precision: 'double',
    arrays: [read, read, readDoubles],
    scalars: 0,
    reductions: ['sum', 'sum'],
    body(l) {
      const v = l.keep(l.load(2))
      return [
        ...v.first,
        ...l.reduce(0, 'sum', l.mul(l.load(0), v.again)),
        ...l.reduce(1, 'sum', l.mul(l.load(1), v.again)),
      ]
    },
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
  /** out = a - b; out . g and out . out. */
  towards: {
    precision: 'double',
    arrays: [readDoubles, readDoubles, writeDoubles, readDoubles],
    scalars: 0,
    reductions: ['sum', 'sum'],
    body(l) {
      const apart = l.keep(l.sub(l.load(0), l.load(1)))
      return [
        ...apart.first,
        ...l.store(2, apart.again),
        ...l.reduce(0, 'sum', l.mul(apart.again, l.load(3))),
        ...l.reduce(1, 'sum', l.mul(apart.again, apart.again)),
      ]
    },
  },
  /** out = start + t direction, brought into the box. */
  go: {
    precision: 'double',
    arrays: [readDoubles, readDoubles, readDoubles, readDoubles, writeDoubles],
    scalars: 1,
    reductions: [],
    body: (l, [t]) => l.store(4, within(l, l.add(l.load(0), l.mul(t!, l.load(1))), l.load(2), l.load(3))),
  },
  /** As floats. */
  narrow: {
    precision: 'double',
    arrays: [readDoubles, write],
    scalars: 0,
    reductions: [],
    body: (l) => l.store(1, l.load(0)),
  },
  apart: squaredDistance,
  /** Of P(x - g) - x, the greatest value. */
  reach: {
    precision: 'double',
    arrays: [readDoubles, readDoubles, readDoubles, readDoubles],
    scalars: 0,
    reductions: ['greatest'],
    body(l) {
      const [x, slope] = [l.keep(l.load(0)), l.keep(l.load(1))]
      const room = l.where(
        l.less(slope.again, l.constant(0)),
        l.sub(l.load(3), x.again),
        l.sub(x.again, l.load(2)),
      )
      return [...x.first, ...slope.first, ...l.reduce(0, 'greatest', l.min(l.abs(slope.again), room))]
    },
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
  /** Where x - t g meets the box, the direction of what moves at all, how many do, and the direction's square. */
  bends: {
    precision: 'double',
    arrays: [readDoubles, readDoubles, readDoubles, readDoubles, writeDoubles, writeDoubles],
    scalars: 0,
    reductions: ['sum', 'sum'],
    body(l) {
      const zero = l.constant(0)
      const slope = l.keep(l.load(1))
      const side = l.where(l.less(slope.again, zero), l.load(3), l.load(2))
      const slopes = l.less(zero, l.abs(slope.again))
      const room = l.div(l.sub(l.load(0), side), slope.again)
      const bend = l.keep(l.where(slopes, room, l.constant(Infinity)))
      // A variable without a slope does not move wherever it bends: its direction is zero.
      const down = l.keep(l.where(l.less(zero, bend.again), l.sub(zero, slope.again), zero))
      const moves = l.where(l.less(zero, l.abs(down.again)), l.constant(1), zero)
      return [
        ...slope.first,
        ...bend.first,
        ...l.store(4, bend.again),
        ...down.first,
        ...l.store(5, down.again),
        ...l.reduce(0, 'sum', moves),
        ...l.reduce(1, 'sum', l.mul(down.again, down.again)),
      ]
    },
  },
  /** point = x + t direction, in the box, for what still moves. */
  arrive: {
    precision: 'double',
    arrays: [readDoubles, readDoubles, readDoubles, readDoubles, changeDoubles],
    scalars: 1,
    reductions: [],
    body(l, [t]) {
      const way = l.keep(l.load(1))
      const there = within(l, l.add(l.load(0), l.mul(t!, way.again)), l.load(2), l.load(3))
      const moves = l.less(l.constant(0), l.abs(way.again))
      return [...way.first, ...l.store(4, l.where(moves, there, l.load(4)))]
    },
  },
  /** The quadratic model's slopes at a point, without their part of the corrections: out = g + theta (point - x). */
  modelSlope: {
    precision: 'double',
    arrays: [readDoubles, readDoubles, readDoubles, writeDoubles],
    scalars: 1,
    reductions: [],
    body: (l, [theta]) => l.store(3, l.add(l.load(0), l.mul(theta!, l.sub(l.load(1), l.load(2))))),
  },
  scale: {
    precision: 'double',
    arrays: [changeDoubles],
    scalars: 1,
    reductions: [],
    body: (l, [factor]) => l.store(0, l.mul(factor!, l.load(0))),
  },
  /** out = point + step in the box, and where it is cut off, by how much the step is too long; zero where it is not. */
  intoBox: {
    precision: 'double',
    arrays: [readDoubles, readDoubles, readDoubles, readDoubles, writeDoubles],
    scalars: 0,
    reductions: ['greatest'],
    body(l) {
      const [point, step] = [l.keep(l.load(0)), l.keep(l.load(1))]
      const wanted = l.keep(l.add(point.again, step.again))
      const got = l.keep(within(l, wanted.again, l.load(2), l.load(3)))
      const cut = l.less(l.constant(0), l.abs(l.sub(wanted.again, got.again)))
      const excess = l.abs(l.div(step.again, l.sub(got.again, point.again)))
      return [
        ...[...point.first, ...step.first, ...wanted.first, ...got.first],
        ...l.store(4, got.again),
        ...l.reduce(0, 'greatest', l.where(cut, excess, l.constant(0))),
      ]
    },
  },
  /** out = gradient + factor (point - clean): of c |r| + loss. */
  penalised: {
    precision: 'double',
    arrays: [read, readDoubles, readDoubles, writeDoubles],
    scalars: 1,
    reductions: [],
    body: (l, [factor]) => l.store(3, l.add(l.load(0), l.mul(factor!, l.sub(l.load(1), l.load(2))))),
  },
} satisfies Record<string, Kernel>

export const lbfgsProgram = programOf<keyof typeof kernels>(kernels)
