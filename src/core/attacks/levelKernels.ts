import type { Code } from '#core/simd/encode'
import { read, readBytes, write, writeBytes, type ArrayOf, type Kernel } from '#core/simd/kernel'
import { programOf, type Kernels } from '#core/simd/Kernels'
import type { Lanes } from '#core/simd/Lanes'

/**
 * How images of some channels differ: planes of the one, then of the other. How many values do, the sum of the changes and of
 * their squares, the greatest, and how many pixels differ in any channel. Whole numbers, exact in floats, and so are the sums of a
 * block.
 */
function changesOf(channels: number): Kernel {
  const plane: ArrayOf = readBytes
  return {
    precision: 'single',
    inBlocks: true,
    arrays: new Array<ArrayOf>(2 * channels).fill(plane),
    scalars: 0,
    reductions: ['sum', 'sum', 'sum', 'greatest', 'sum'],
    body(l) {
      const one = l.constant(1)
      const each = Array.from({ length: channels }, (_, c) =>
        l.keep(l.abs(l.sub(l.load(c), l.load(channels + c)))),
      )
      const sum = (value: (change: Code) => Code): Code =>
        each.map(({ again }) => value(again)).reduce((total, part) => l.add(total, part))
      const greatest = l.keep(each.map(({ again }) => again).reduce((most, change) => l.max(most, change)))
      return [
        ...each.flatMap(({ first }) => first),
        ...greatest.first,
        ...l.reduce(
          0,
          'sum',
          sum((change) => l.min(change, one)),
        ),
        ...l.reduce(
          1,
          'sum',
          sum((change) => change),
        ),
        ...l.reduce(
          2,
          'sum',
          sum((change) => l.mul(change, change)),
        ),
        ...l.reduce(3, 'greatest', greatest.again),
        ...l.reduce(4, 'sum', l.min(greatest.again, one)),
      ]
    },
  }
}

/** A float that is less than 255 by more than a product with it is rounded by. */
const below255 = 255 - 2 ** -15

/**
 * The nearest level to a value in [0, 1], floor(255 x + 1/2), within whole levels of a clean one and 0..255. Exact in single
 * precision: by a factor that is a little less than 255, k is that level or, near a tie, the one below it; and it is too low where
 * 255 x - k = (256 x - k) - x is a half or more, in which no difference but the last is rounded.
 */
function nearestLevel(l: Lanes, value: Code, centre: Code, radius: Code): Code {
  const [one, zero, half] = [l.constant(1), l.constant(0), l.constant(0.5)]
  const x = l.keep(value)
  const k = l.keep(l.nearest(l.mul(x.again, l.constant(below255))))
  const beyond = l.sub(l.sub(l.mul(x.again, l.constant(256)), k.again), half)
  const level = l.add(k.again, l.only(l.atMost(x.again, beyond), one))
  const low = l.max(l.sub(centre, radius), zero)
  const high = l.min(l.add(centre, radius), l.constant(255))
  return [...x.first, ...k.first, ...l.min(high, l.max(low, level))]
}

/** Rounded values and what becomes of them. */
function rounding(out: readonly ArrayOf[], body: (l: Lanes, level: Code) => Code): Kernel {
  return {
    precision: 'single',
    inBlocks: true,
    arrays: [read, readBytes, ...out],
    scalars: 1,
    reductions: ['sum'],
    body(l, [radius]) {
      const clean = l.keep(l.load(1))
      const level = l.keep(nearestLevel(l, l.load(0), clean.again, radius!))
      const change = l.keep(l.sub(level.again, clean.again))
      return [
        ...[...clean.first, ...level.first, ...change.first],
        ...l.reduce(0, 'sum', l.mul(change.again, change.again)),
        ...body(l, level.again),
      ]
    },
  }
}

const kernels = {
  /** Levels, and level / 255, the nearest float to it. */
  floats: {
    precision: 'single',
    arrays: [readBytes, write],
    scalars: 0,
    reductions: [],
    body: (l) => l.store(1, l.div(l.load(0), l.constant(255))),
  },
  /** Values, clean levels, and the rounded levels; the radius in whole levels. The reduction is the square of their distance. */
  round: rounding([writeBytes], (l, level) => l.store(2, level)),
  /** As {@link round}, but the floats of the levels. */
  roundFloats: rounding([write], (l, level) => l.store(2, l.div(level, l.constant(255)))),
  /** As {@link round}, and the floats of the levels too. */
  roundBoth: rounding([writeBytes, write], (l, level) => [
    ...l.store(2, level),
    ...l.store(3, l.div(level, l.constant(255))),
  ]),
  changesOf1: changesOf(1),
  changesOf3: changesOf(3),
} satisfies Record<string, Kernel>

export type LevelKernels = Kernels<keyof typeof kernels>

export const levelProgram = programOf<keyof typeof kernels>(kernels)
