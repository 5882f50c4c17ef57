import { change, changeDoubles, read, type Kernel } from '#core/simd/kernel'
import { Kernels, programOf } from '#core/simd/Kernels'
import type { Workroom } from '#core/simd/Workroom'

const kernels = {
  /** Values, clean values and slopes; |slope| |change| added to the importance, and |change| to what has changed. */
  importance: {
    precision: 'double',
    arrays: [read, read, read, changeDoubles, change],
    scalars: 0,
    reductions: [],
    body(l) {
      const moved = l.keep(l.abs(l.sub(l.load(0), l.load(1))))
      return [
        ...moved.first,
        ...l.store(3, l.add(l.load(3), l.mul(moved.again, l.abs(l.load(2))))),
        ...l.store(4, l.add(l.load(4), moved.again)),
      ]
    },
  },
  /** Finds what has changed. */
  changed: {
    precision: 'single',
    arrays: [read],
    scalars: 0,
    reductions: [],
    finds: true,
    body: (l) => l.less(l.constant(0), l.load(0)),
  },
} satisfies Record<string, Kernel>

const program = programOf<keyof typeof kernels>(kernels)

/** What one image after the other is put in order with: a value for each group of values that change together. */
export interface PixelScratch {
  readonly kernels: Kernels<keyof typeof kernels>
  readonly importance: Float64Array
  readonly changed: Float32Array
  readonly found: Int32Array
}

export function pixelScratch(groups: number, workroom: Workroom): PixelScratch {
  const room = Kernels.roomForDoubles(groups) + Kernels.roomFor(groups)
  const kernels = workroom.kernels(program(), room)
  return {
    kernels,
    importance: kernels.doubles(groups),
    changed: kernels.floats(groups),
    found: new Int32Array(groups),
  }
}

/**
 * Indices by their keys, the least first and the lower index among equals. Each index takes the place of its key's last bits, so
 * that numbers are sorted, ten times as fast as by a comparison of our own; keys that differ only there, by 1e-9 or less of their
 * value, count as equal.
 * @param keys by index, zero or above
 */
export function sortedBy(keys: Float64Array, indices: Int32Array): Uint32Array {
  const bits = Math.max(1, Math.ceil(Math.log2(keys.length)))
  const mask = 2 ** bits - 1
  // Plain loops: `from` and `forEach` take a hundred times as long for each index.
  const values = new Float64Array(indices.length)
  // The lower half of each number, on machines that keep it first, as all do that Node runs on.
  const halves = new Uint32Array(values.buffer)
  for (let i = 0; i < indices.length; i++) {
    values[i] = keys[indices[i]!]!
    halves[2 * i] = (halves[2 * i]! & ~mask) | indices[i]!
  }
  values.sort()
  const sorted = new Uint32Array(indices.length)
  for (let i = 0; i < sorted.length; i++) sorted[i] = halves[2 * i]! & mask
  return sorted
}
