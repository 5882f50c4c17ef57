import type { ByteImages } from '../tensor/Images'
import type { Transform } from './Transform'

/** Width of the images for which the strength counts pixels (the paper's Inception v3). */
const referenceWidth = 299

/** Convolves every channel with a Gaussian; beyond the edges the picture is mirrored about its edge pixels' outer side. */
export const gaussianBlur: Transform = {
  title: 'Gaussian blur',
  axis: `sigma (px of an image ${referenceWidth} px wide)`,
  help: 'Standard deviation of the blur; for other widths it is scaled with the image',
  min: 0,
  max: 30,
  strengths: [0.5, 1, 1.5, 2, 2.5, 3],
  apply: (images, strength) => Promise.resolve(blurred(images, (strength * images.width) / referenceWidth)),
}

/** @param sigma in px of these images. */
function blurred(images: ByteImages, sigma: number): ByteImages {
  if (sigma <= 0) return { ...images, data: images.data.slice() }
  const { width, height } = images
  const weights = kernel(sigma)
  const plane = width * height
  const data = new Uint8Array(images.data.length)
  const rows = new Float32Array(plane)
  for (let from = 0; from < data.length; from += plane) {
    const source = images.data.subarray(from, from + plane)
    for (let y = 0; y < height; y++) blurLine(source, y * width, 1, width, weights, rows)
    const columns = new Float32Array(plane)
    for (let x = 0; x < width; x++) blurLine(rows, x, width, height, weights, columns)
    for (let i = 0; i < plane; i++) data[from + i] = Math.round(columns[i]!)
  }
  return { ...images, data }
}

/** Weights of -reach..reach, the Gaussian's integral over each pixel being close enough to its value at the middle. */
function kernel(sigma: number): Float64Array {
  const reach = Math.max(1, Math.ceil(4 * sigma))
  // Narrow Gaussians are averaged over the pixel, so that a sigma of a third of a pixel still has its variance.
  const fine = 8
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, i) => {
    let sum = 0
    for (let k = 0; k < fine; k++) {
      const x = i - reach + (k + 0.5) / fine - 0.5
      sum += Math.exp((-x * x) / (2 * sigma * sigma))
    }
    return sum
  })
  const total = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight) => weight / total)
}

function blurLine(
  from: ArrayLike<number>,
  start: number,
  step: number,
  length: number,
  weights: Float64Array,
  to: Float32Array,
): void {
  const reach = (weights.length - 1) / 2
  for (let i = 0; i < length; i++) {
    let sum = 0
    for (let k = -reach; k <= reach; k++)
      sum += weights[k + reach]! * from[start + mirror(i + k, length) * step]!
    to[start + i * step] = sum
  }
}

/** ... 1 0 0 1 2 ... */
function mirror(index: number, length: number): number {
  const period = 2 * length
  const place = ((index % period) + period) % period
  return place < length ? place : period - 1 - place
}
