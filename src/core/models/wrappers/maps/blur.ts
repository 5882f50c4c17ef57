import type { Images } from '#core/tensor/Images'
import type { ImageMap } from '../ImageMap'

/**
 * Gaussian blur of every channel, the picture mirrored at its edges; linear, so that its gradient is its exact transpose.
 * @param sigma in px
 */
export function blur(sigma: number): ImageMap & { filter(images: Images): Images } {
  const weights = kernel(sigma)
  return {
    id: `blur ${sigma.toFixed(2)}`,
    filter: (images) => blurred(images, weights, false),
    apply: (images) =>
      Promise.resolve({
        images: blurred(images, weights, false),
        pull: (cotangent) => Promise.resolve(blurred(cotangent, weights, true)),
      }),
  }
}

function kernel(sigma: number): Float64Array {
  if (sigma <= 0) return Float64Array.of(1)
  const reach = Math.max(1, Math.ceil(3.5 * sigma))
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)),
  )
  const total = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight) => weight / total)
}

function blurred(images: Images, weights: Float64Array, transposed: boolean): Images {
  const { width, height } = images
  const rows = new Float32Array(images.data.length)
  const data = new Float32Array(images.data.length)
  for (let line = 0; line < images.data.length / width; line++) {
    blurLine(images.data, rows, line * width, 1, width, weights, transposed)
  }
  for (let plane = 0; plane < data.length; plane += width * height) {
    for (let x = 0; x < width; x++) blurLine(rows, data, plane + x, width, height, weights, transposed)
  }
  return { ...images, data }
}

function blurLine(
  from: Float32Array,
  to: Float32Array,
  start: number,
  step: number,
  length: number,
  weights: Float64Array,
  transposed: boolean,
): void {
  const reach = (weights.length - 1) / 2
  for (let i = 0; i < length; i++) {
    for (let k = -reach; k <= reach; k++) {
      const j = mirror(i + k, length)
      const [source, target] = transposed ? [i, j] : [j, i]
      to[start + target * step]! += weights[k + reach]! * from[start + source * step]!
    }
  }
}

/** ... 1 0 0 1 2 ... */
function mirror(index: number, length: number): number {
  const period = 2 * length
  const place = ((index % period) + period) % period
  return place < length ? place : period - 1 - place
}
