import { change, read, write, type Kernel } from '#core/simd/kernel'
import { Kernels, programOf } from '#core/simd/Kernels'
import type { Code } from '#core/simd/encode'
import type { Lanes } from '#core/simd/Lanes'
import type { Workroom } from '#core/simd/Workroom'
import type { Images } from '#core/tensor/Images'
import type { Region } from './bounds'

interface Sides {
  readonly first: Code
  readonly low: Code
  readonly high: Code
}

/** 1 / 255 in two parts, products of levels with the first of which are exact: so their sum is level / 255, every one of them. */
const [most255th, rest255th] = [2 ** -8 + 2 ** -16 + 2 ** -24, 2 ** -24 / 255]

/** The box round a clean value, which is taken for the whole level that it stands for. No division, which would be half of the work. */
function sidesOf(l: Lanes, value: Code, radius: Code): Sides {
  const level = l.keep(l.nearest(l.mul(value, l.constant(255))))
  const parts = [most255th, rest255th].map((part) => l.mul(level.again, l.constant(part)))
  const clean = l.keep(l.add(parts[0]!, parts[1]!))
  return {
    first: [...level.first, ...clean.first],
    low: l.max(l.sub(clean.again, radius), l.constant(0)),
    high: l.min(l.add(clean.again, radius), l.constant(1)),
  }
}

/** Array 0 = a value brought into the box. Clipping to doubles and rounding then is the same as clipping to rounded sides. */
function clipped(l: Lanes, value: Code, clean: Code, radius: Code): Code {
  const { first, low, high } = sidesOf(l, clean, radius)
  return [...first, ...l.store(0, l.min(l.max(value, low), high))]
}

/** Array 0 moved by the levels along the sign of array 1. */
function moved(l: Lanes, levels: Code): { readonly first: Code; readonly value: Code } {
  const zero = l.constant(0)
  const slope = l.keep(l.load(1))
  const up = l.where(l.less(zero, slope.again), levels, zero)
  const down = l.where(l.less(slope.again, zero), levels, zero)
  return { first: slope.first, value: l.add(l.load(0), l.sub(up, down)) }
}

/** In double precision, so that a step is rounded once, as a sum in JavaScript is that is stored as a float. */
const program = programOf({
  sides: {
    precision: 'double',
    arrays: [read, write, write],
    scalars: 1,
    reductions: [],
    body(l, [radius]) {
      const { first, low, high } = sidesOf(l, l.load(0), radius!)
      return [...first, ...l.store(1, low), ...l.store(2, high)]
    },
  },
  /** Values and clean ones; the radius. */
  clip: {
    precision: 'double',
    arrays: [change, read],
    scalars: 1,
    reductions: [],
    body: (l, [radius]) => clipped(l, l.load(0), l.load(1), radius!),
  },
  /** As {@link step}, with the sides found on the way: values, slopes and clean values; levels and radius. */
  firstStep: {
    precision: 'double',
    arrays: [change, read, read],
    scalars: 2,
    reductions: [],
    body: (l, [levels, radius]) => {
      const { first, value } = moved(l, levels!)
      return [...first, ...clipped(l, value, l.load(2), radius!)]
    },
  },
  step: {
    precision: 'double',
    arrays: [change, read, read, read],
    scalars: 1,
    reductions: [],
    body(l, [levels]) {
      const { first, value } = moved(l, levels!)
      return [...first, ...l.store(0, l.min(l.max(value, l.load(2)), l.load(3)))]
    },
  },
} satisfies Record<string, Kernel>)

/**
 * An L-infinity ball cut with [0, 1], which is a box.
 * @param clean the middle, floats of whole levels
 * @param radius of the pixel range
 * @param most steps that there will be
 */
export function boxRegion(images: Images, radius: number, workroom: Workroom, most: number): Region {
  const clean = images.data
  const kernels = workroom.kernels(program(), (most > 1 ? 3 : 1) * Kernels.roomFor(clean.length))
  let sides: readonly [low: Float32Array, high: Float32Array] | undefined
  let steps = 0
  const found = (): NonNullable<typeof sides> => {
    if (sides) return sides
    sides = [kernels.floats(clean.length), kernels.floats(clean.length)]
    kernels.run('sides', [clean, ...sides], [radius])
    return sides
  }
  return {
    start() {
      const data = kernels.floats(clean.length)
      data.set(clean)
      return { ...images, data }
    },
    project({ data }) {
      kernels.run('clip', [data, clean], [radius])
    },
    step({ data }, gradient, levels) {
      // The sides are worth their memory from the second step on.
      if (steps++ === 0) kernels.run('firstStep', [data, gradient.data, clean], [levels / 255, radius])
      else kernels.run('step', [data, gradient.data, ...found()], [levels / 255])
    },
  }
}
