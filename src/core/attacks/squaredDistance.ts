import { read, type Kernel } from '#core/simd/kernel'

/** |a - b|^2 of floats, summed in double precision. */
export const squaredDistance = {
  precision: 'double',
  arrays: [read, read],
  scalars: 0,
  reductions: ['sum'],
  body(l) {
    const moved = l.keep(l.sub(l.load(0), l.load(1)))
    return [...moved.first, ...l.reduce(0, 'sum', l.mul(moved.again, moved.again))]
  },
} satisfies Kernel
