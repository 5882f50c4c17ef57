import { pixelsPerImage, type Images } from '#core/tensor/Images'

/** The images of a batch at these indices, which rise; a copy, but the batch itself where that is all of it. */
export function gatherImages(images: Images, rows: readonly number[]): Images {
  if (rows.length === images.count) return images
  const size = pixelsPerImage(images)
  const data = new Float32Array(rows.length * size)
  rows.forEach((row, i) => {
    data.set(images.data.subarray(row * size, (row + 1) * size), i * size)
  })
  return { ...images, count: rows.length, data }
}
