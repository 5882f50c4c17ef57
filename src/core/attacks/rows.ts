import { pixelsPerImage, type Images } from '#core/tensor/Images'

/** The images of a batch at these indices, in this order; a copy. */
export function gatherImages(images: Images, rows: readonly number[]): Images {
  const size = pixelsPerImage(images)
  const data = new Float32Array(rows.length * size)
  rows.forEach((row, i) => {
    data.set(images.data.subarray(row * size, (row + 1) * size), i * size)
  })
  return { ...images, count: rows.length, data }
}
