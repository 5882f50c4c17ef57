import type { Code } from '#core/simd/encode'
import { read, readBytes, write, writeBytes, type ArrayOf, type Kernel } from '#core/simd/kernel'
import { programOf, type Kernels } from '#core/simd/Kernels'
import type { Lanes } from '#core/simd/Lanes'

/**
 * How images of some channels differ: planes of the one, then of the other. How many values do, the sum of the changes and of
 * their squares, the greatest, and how many pixels differ in any channel. Whole numbers, exact in floats, summed in doubles.
 */
function changesOf(channels: number): Kernel {
  const plane: ArrayOf = readBytes
  return {
    precision: 'single',
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

/** The nearest level to a value in [0, 1], within whole levels of a clean one and 0..255. */
function nearestLevel(l: Lanes, value: Code, clean: Code, radius: Code): Code {
  const centre = l.keep(clean)
  const level = l.floor(l.add(l.mul(value, l.constant(255)), l.constant(0.5)))
  const low = l.max(l.sub(centre.again, radius), l.constant(0))
  const high = l.min(l.add(centre.again, radius), l.constant(255))
  return [...centre.first, ...l.min(high, l.max(low, level))]
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
  /** Values, clean levels, and the rounded levels; the radius in whole levels. In doubles, where nothing but the end is rounded. */
  round: {
    precision: 'double',
    arrays: [read, readBytes, writeBytes],
    scalars: 1,
    reductions: [],
    body: (l, [radius]) => l.store(2, nearestLevel(l, l.load(0), l.load(1), radius!)),
  },
  /** As {@link round}, but the floats of the levels. */
  roundFloats: {
    precision: 'double',
    arrays: [read, readBytes, write],
    scalars: 1,
    reductions: [],
    body: (l, [radius]) => l.store(2, l.div(nearestLevel(l, l.load(0), l.load(1), radius!), l.constant(255))),
  },
  /** As {@link round}, and the floats of the levels too. */
  roundBoth: {
    precision: 'double',
    arrays: [read, readBytes, writeBytes, write],
    scalars: 1,
    reductions: [],
    body(l, [radius]) {
      const level = l.keep(nearestLevel(l, l.load(0), l.load(1), radius!))
      return [...level.first, ...l.store(2, level.again), ...l.store(3, l.div(level.again, l.constant(255)))]
    },
  },
  changesOf1: changesOf(1),
  changesOf3: changesOf(3),
} satisfies Record<string, Kernel>

export type LevelKernels = Kernels<keyof typeof kernels>

export const levelProgram = programOf<keyof typeof kernels>(kernels)
