import { read, write, type Kernel } from '#core/simd/kernel'
import { Kernels, programOf } from '#core/simd/Kernels'
import { sliceImages, toFloats, type ByteImages, type Images } from '#core/tensor/Images'
import type { AttackTask, Bound } from './Attack'
import { roundImages, wholeRadius } from './bounds'

const program = programOf({
  /** Values, clean values, and the values at the nearest levels within whole levels of the clean ones. */
  round: {
    precision: 'double',
    arrays: [read, read, write],
    scalars: 1,
    reductions: [],
    body(l, [radius]) {
      const scale = l.constant(255)
      const level = l.floor(l.add(l.mul(l.load(0), scale), l.constant(0.5)))
      const clean = l.keep(l.nearest(l.mul(l.load(1), scale)))
      const near = l.min(l.max(level, l.sub(clean.again, radius!)), l.add(clean.again, radius!))
      return [...clean.first, ...l.store(2, l.div(l.min(l.max(near, l.constant(0)), scale), scale))]
    },
  },
} satisfies Record<string, Kernel>)

/** Rounds as {@link roundImages} does, to floats, into the same arrays again and again: searches ask at nearly every step. */
export function quantizer(
  clean: Images,
  levels: ByteImages,
  bound: Bound | undefined,
): AttackTask<unknown>['quantize'] {
  let ready: { readonly kernels: Kernels<'round'>; readonly floats: Images } | undefined
  return (images, rows = [...Array(images.count).keys()]) => {
    ready ??= {
      kernels: new Kernels(program()),
      floats: { ...images, data: new Float32Array(images.data.length) },
    }
    for (const row of rows) {
      const part = [row, row + 1] as const
      const [from, to] = [sliceImages(images, ...part), sliceImages(ready.floats, ...part)]
      if (bound && bound.norm.id !== 'linf') {
        toFloats(roundImages(from, sliceImages(levels, ...part), bound), to.data)
      } else {
        ready.kernels.run(
          'round',
          [from.data, sliceImages(clean, ...part).data, to.data],
          [wholeRadius(bound)],
        )
      }
    }
    return ready.floats
  }
}
