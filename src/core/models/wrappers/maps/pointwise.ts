import type { Images } from '#core/tensor/Images'
import type { ImageMap } from '../ImageMap'

/**
 * A map of each value by itself, clipped to [0, 1]. Its gradient is exact: the slope inside, zero where the value was clipped.
 * @param value the value of pixel i (of the batch) before clipping
 * @param slope d value / d pixel, the same for all
 */
export function pointwise(id: string, value: (pixel: number, i: number) => number, slope: number): ImageMap {
  return {
    id,
    apply(images) {
      const data = new Float32Array(images.data.length)
      const slopes = new Float32Array(images.data.length)
      for (let i = 0; i < data.length; i++) {
        const moved = value(images.data[i]!, i)
        const inside = moved >= 0 && moved <= 1
        data[i] = inside ? moved : moved < 0 ? 0 : 1
        slopes[i] = inside ? slope : 0
      }
      const pull = (cotangent: Images): Promise<Images> =>
        Promise.resolve({ ...images, data: cotangent.data.map((c, i) => c * slopes[i]!) })
      return Promise.resolve({ images: { ...images, data }, pull })
    },
  }
}
