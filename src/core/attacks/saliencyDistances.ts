import { adversarialDistance } from '#core/metrics/adversarialDistance'
import type { GradientResult, Loss } from '#core/models/DifferentiableModel'
import { pixelsPerImage, type Images } from '#core/tensor/Images'
import { saliencyMap, type Direction } from './saliencyMap'

/**
 * A(X, t) of images for every class t, of the class scores: one gradient for each class and one for their sum, from which the
 * row of t is taken to have the sum of the others. At no time is more of the Jacobian held than two rows.
 * @returns for each image a row of distances, one per class; that of the image's own class says nothing
 */
export async function saliencyDistances(
  gradient: (images: Images, loss: Loss) => Promise<GradientResult>,
  images: Images,
  classes: number,
  direction: Direction,
): Promise<number[][]> {
  const size = pixelsPerImage(images)
  const rowsOf = async (cotangent: (j: number) => number): Promise<Float32Array> => {
    const row = Float32Array.from({ length: classes }, (_, j) => cotangent(j))
    const all = new Float32Array(images.count * classes)
    for (let n = 0; n < images.count; n++) all.set(row, n * classes)
    return (await gradient(images, { kind: 'cotangent', cotangent: all })).gradient.data
  }
  const sum = await rowsOf(() => 1)
  const distances = Array.from({ length: images.count }, () => new Array<number>(classes).fill(0))
  for (let t = 0; t < classes; t++) {
    const row = await rowsOf((j) => (j === t ? 1 : 0))
    for (const [n, ofImage] of distances.entries()) {
      const target = row.subarray(n * size, (n + 1) * size)
      const others = target.map((slope, i) => sum[n * size + i]! - slope)
      ofImage[t] = adversarialDistance(saliencyMap({ target, others }, direction))
    }
  }
  return distances
}
