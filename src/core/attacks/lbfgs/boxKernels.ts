import type { Code } from '#core/simd/encode'
import type { Kernel } from '#core/simd/kernel'
import type { Lanes } from '#core/simd/Lanes'
import type { Numbers, SidesAt } from './Numbers'

/** A value brought into the box. */
export const within = (l: Lanes, value: Code, { lower, upper }: SidesAt): Code =>
  l.min(l.max(value, lower), upper)

/** What is done within a box. */
export const boxKernels = (numbers: Numbers) =>
  ({
    /** out = start + t direction, brought into the box; |out - centre|^2. */
    go: {
      precision: numbers.precision,
      arrays: [numbers.read, numbers.read, numbers.read, numbers.write, ...numbers.sides],
      scalars: 1,
      reductions: ['sum'],
      body(l, [t]) {
        const sides = numbers.sidesAt(l, 4)
        const out = l.keep(within(l, l.add(l.load(0), l.mul(t!, l.load(1))), sides))
        const away = l.keep(l.sub(out.again, l.load(2)))
        return [
          ...[...out.first, ...away.first, ...l.store(3, out.again)],
          ...l.reduce(0, 'sum', l.mul(away.again, away.again)),
        ]
      },
    },
    /** By how much of a step the box is left at most: 1 / how many times it fits in. */
    filled: {
      precision: numbers.precision,
      arrays: [numbers.read, numbers.read, ...numbers.sides],
      scalars: 0,
      reductions: ['greatest'],
      body(l) {
        const zero = l.constant(0)
        const sides = numbers.sidesAt(l, 2)
        const [x, step] = [l.keep(l.load(0)), l.keep(l.load(1))]
        const side = l.where(l.less(step.again, zero), sides.lower, sides.upper)
        const share = l.div(step.again, l.sub(side, x.again))
        const moves = l.less(zero, l.abs(step.again))
        return [...x.first, ...step.first, ...l.reduce(0, 'greatest', l.where(moves, share, zero))]
      },
    },
    /** Finds the variables that are at a side of the box, or beyond it, at x - t g. */
    atSide: {
      precision: numbers.precision,
      arrays: [numbers.read, numbers.read, ...numbers.sides],
      scalars: 1,
      reductions: [],
      finds: true,
      body(l, [t]) {
        const there = l.keep(l.sub(l.load(0), l.mul(t!, l.load(1))))
        const { lower, upper } = numbers.sidesAt(l, 2)
        const room = l.min(l.sub(there.again, lower), l.sub(upper, there.again))
        return [...there.first, ...l.atMost(room, l.constant(0))]
      },
    },
  }) satisfies Record<string, Kernel>
