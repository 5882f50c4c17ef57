import { pixelsPerImage, type Images } from '#core/tensor/Images'
import { norms, type Norm } from '#core/tensor/norms'
import type { Random } from '#core/tensor/Random'
import type { DescentKernels } from './descentKernels'

/** Moves each image to a place drawn uniformly from the ball of this radius, in units of the pixel range. */
export function scatter(
  images: Images,
  { id }: Norm,
  radius: number,
  random: readonly Random[],
  kernels: DescentKernels,
): void {
  const size = pixelsPerImage(images)
  const delta = new Float32Array(size)
  random.forEach((stream, n) => {
    let length = 1
    if (id === 'linf') {
      stream.uniforms(delta, -radius, radius)
    } else {
      stream.normals(delta)
      toUnitLength(delta, kernels)
      // The share of a ball within r of its centre is r^size.
      length = radius * stream.uniform() ** (1 / size)
    }
    kernels.run('add', [images.data.subarray(n * size, (n + 1) * size), delta], [length])
  })
}

/** As the norm's own `normalize`: scaled by the greatest value first, since squares may vanish. */
function toUnitLength(values: Float32Array, kernels: DescentKernels): void {
  const [greatest] = kernels.run('greatest', [values])
  if (greatest === 0) return
  kernels.run('scale', [values], [1 / greatest!])
  kernels.run('scale', [values], [1 / norms.l2.measure(values)])
}
