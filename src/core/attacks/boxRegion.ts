import { change, read, write, type Kernel } from '#core/simd/kernel'
import { Kernels, programOf } from '#core/simd/Kernels'
import type { Images } from '#core/tensor/Images'
import type { Region } from './bounds'

/** In double precision, so that a step is rounded once, as a sum in JavaScript is that is stored as a float. */
const program = programOf({
  sides: {
    precision: 'double',
    arrays: [read, write, write],
    scalars: 1,
    reductions: [],
    body(l, [radius]) {
      const levels = l.nearest(l.mul(l.load(0), l.constant(255)))
      const clean = l.keep(l.div(levels, l.constant(255)))
      return [
        ...clean.first,
        ...l.store(1, l.max(l.sub(clean.again, radius!), l.constant(0))),
        ...l.store(2, l.min(l.add(clean.again, radius!), l.constant(1))),
      ]
    },
  },
  clip: {
    precision: 'double',
    arrays: [change, read, read],
    scalars: 0,
    reductions: [],
    body: (l) => l.store(0, l.min(l.max(l.load(0), l.load(1)), l.load(2))),
  },
  step: {
    precision: 'double',
    arrays: [change, read, read, read],
    scalars: 1,
    reductions: [],
    body(l, [levels]) {
      const zero = l.constant(0)
      const slope = l.keep(l.load(1))
      const up = l.where(l.less(zero, slope.again), levels!, zero)
      const down = l.where(l.less(slope.again, zero), levels!, zero)
      const moved = l.add(l.load(0), l.sub(up, down))
      return [...slope.first, ...l.store(0, l.min(l.max(moved, l.load(2)), l.load(3)))]
    },
  },
} satisfies Record<string, Kernel>)

/**
 * An L-infinity ball cut with [0, 1], which is a box.
 * @param clean the middle, floats of whole levels
 * @param radius of the pixel range
 */
export function boxRegion({ data: clean }: Images, radius: number): Region {
  let sides:
    { kernels: Kernels<'sides' | 'clip' | 'step'>; low: Float32Array; high: Float32Array } | undefined
  const ready = (): NonNullable<typeof sides> => {
    if (sides) return sides
    const kernels = new Kernels(program(), 2 * Kernels.roomFor(clean.length))
    sides = { kernels, low: kernels.floats(clean.length), high: kernels.floats(clean.length) }
    kernels.run('sides', [clean, sides.low, sides.high], [radius])
    return sides
  }
  return {
    project({ data }) {
      const { kernels, low, high } = ready()
      kernels.run('clip', [data, low, high])
    },
    step({ data }, gradient, levels) {
      const { kernels, low, high } = ready()
      kernels.run('step', [data, gradient.data, low, high], [levels / 255])
    },
  }
}
