import { change, read, type Kernel } from '#core/simd/kernel'
import { Kernels, programOf } from '#core/simd/Kernels'
import type { Workroom } from '#core/simd/Workroom'
import { pixelsPerImage, type Images } from '#core/tensor/Images'
import type { Bound } from './Attack'
import type { Region } from './bounds'

const program = programOf({
  squares: {
    precision: 'double',
    arrays: [read],
    scalars: 0,
    reductions: ['sum'],
    body(l) {
      const value = l.keep(l.load(0))
      return [...value.first, ...l.reduce(0, 'sum', l.mul(value.again, value.again))]
    },
  },
  /** x += factor * gradient, and how far x then is from its origin, squared. */
  move: {
    precision: 'double',
    arrays: [change, read, read],
    scalars: 1,
    reductions: ['sum'],
    body(l, [factor]) {
      const moved = l.keep(l.add(l.load(0), l.mul(factor!, l.load(1))))
      const delta = l.keep(l.sub(moved.again, l.load(2)))
      return [
        ...moved.first,
        ...l.store(0, moved.again),
        ...delta.first,
        ...l.reduce(0, 'sum', l.mul(delta.again, delta.again)),
      ]
    },
  },
  /** Brings x nearer to its origin, to a share of the distance, and into [0, 1]. */
  pull: {
    precision: 'double',
    arrays: [change, read],
    scalars: 1,
    reductions: [],
    body(l, [share]) {
      const origin = l.keep(l.load(1))
      const pulled = l.add(origin.again, l.mul(share!, l.sub(l.load(0), origin.again)))
      return [...origin.first, ...l.store(0, l.min(l.max(pulled, l.constant(0)), l.constant(1)))]
    },
  },
} satisfies Record<string, Kernel>)

/**
 * An L2 ball cut with [0, 1]. The cut comes last: it never leads out of a ball round an image that lies in [0, 1].
 * @param radius of the pixel range
 */
export function l2Region(clean: Images, radius: number, workroom: Workroom): Region {
  const size = pixelsPerImage(clean)
  const kernels = workroom.kernels(program(), 2 * Kernels.roomFor(clean.data.length))
  const copy = (): Float32Array => {
    const data = kernels.floats(clean.data.length)
    data.set(clean.data)
    return data
  }
  const middle = copy()
  const origins = Array.from({ length: clean.count }, (_, n) => middle.subarray(n * size, (n + 1) * size))
  // Sums in double precision: no float is so small that its square vanishes.
  const goTo = (pixels: Float32Array, origin: Float32Array, gradient: Float32Array, factor: number): void => {
    const [squares] = kernels.run('move', [pixels, gradient, origin], [factor])
    const distance = Math.sqrt(squares!)
    kernels.run('pull', [pixels, origin], [distance > radius ? radius / distance : 1])
  }
  return {
    start: () => ({ ...clean, data: copy() }),
    project({ data }) {
      origins.forEach((origin, n) => {
        const pixels = data.subarray(n * size, (n + 1) * size)
        goTo(pixels, origin, pixels, 0)
      })
    },
    step({ data }, gradient, levels) {
      origins.forEach((origin, n) => {
        const part = [n * size, (n + 1) * size] as const
        const slopes = gradient.data.subarray(...part)
        const length = Math.sqrt(kernels.run('squares', [slopes])[0]!)
        goTo(data.subarray(...part), origin, slopes, length > 0 ? levels / 255 / length : 0)
      })
    },
  }
}

/** A ball of any norm cut with [0, 1], in plain loops. */
export function ballRegion(clean: Images, bound: Bound): Region {
  const size = pixelsPerImage(clean)
  const direction = new Float32Array(size)
  const delta = new Float32Array(size)
  const project = (images: Images): void => {
    projectIntoBall(images, clean, bound, delta)
  }
  return {
    start: () => ({ ...clean, data: clean.data.slice() }),
    project,
    step(images, gradient, levels) {
      const { data } = images
      for (let at = 0; at < data.length; at += size) {
        direction.set(gradient.data.subarray(at, at + size))
        bound.norm.normalize(direction)
        const length = levels / 255
        for (let i = 0; i < size; i++) data[at + i]! += length * direction[i]!
      }
      project(images)
    },
  }
}

/** @param delta scratch for one image */
function projectIntoBall(images: Images, clean: Images, { norm, radius }: Bound, delta: Float32Array): void {
  const { data } = images
  const origin = clean.data
  const size = delta.length
  for (let at = 0; at < data.length; at += size) {
    for (let i = 0; i < size; i++) delta[i] = data[at + i]! - origin[at + i]!
    // L0 counts values and has no unit.
    norm.project(delta, norm.id === 'l0' ? radius : radius / 255)
    for (let i = 0; i < size; i++) {
      const value = origin[at + i]! + delta[i]!
      data[at + i] = value < 0 ? 0 : value > 1 ? 1 : value
    }
  }
}
