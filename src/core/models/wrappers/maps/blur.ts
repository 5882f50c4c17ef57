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
  const pass = transposed ? spreadLine : gatherLine
  const across = new Float64Array(width + weights.length - 1)
  for (let start = 0; start < data.length; start += width) {
    pass(images.data, rows, { start, step: 1, length: width }, weights, across)
  }
  const down = new Float64Array(height + weights.length - 1)
  for (let plane = 0; plane < data.length; plane += width * height) {
    for (let x = 0; x < width; x++) {
      pass(rows, data, { start: plane + x, step: width, length: height }, weights, down)
    }
  }
  return { ...images, data }
}

/** Where the values of a row or a column of a picture are. */
interface Line {
  readonly start: number
  readonly step: number
  readonly length: number
}

/** @param padded scratch: the line with its mirrored ends, so that the sum has no case to tell apart */
function gatherLine(
  from: Float32Array,
  to: Float32Array,
  { start, step, length }: Line,
  weights: Float64Array,
  padded: Float64Array,
): void {
  const reach = (weights.length - 1) / 2
  for (let i = 0; i < length; i++) padded[i + reach] = from[start + i * step]!
  for (let i = 0; i < reach; i++) {
    padded[i] = from[start + mirror(i - reach, length) * step]!
    padded[length + reach + i] = from[start + mirror(length + i, length) * step]!
  }
  for (let i = 0; i < length; i++) {
    let sum = 0
    for (let k = 0; k < weights.length; k++) sum += weights[k]! * padded[i + k]!
    to[start + i * step] = sum
  }
}

/** The transpose of {@link gatherLine}: what went over the ends comes back from there. */
function spreadLine(
  from: Float32Array,
  to: Float32Array,
  { start, step, length }: Line,
  weights: Float64Array,
  padded: Float64Array,
): void {
  const reach = (weights.length - 1) / 2
  padded.fill(0)
  for (let i = 0; i < length; i++) {
    const value = from[start + i * step]!
    for (let k = 0; k < weights.length; k++) padded[i + k]! += weights[k]! * value
  }
  for (let i = 0; i < reach; i++) {
    padded[reach + mirror(i - reach, length)]! += padded[i]!
    padded[reach + mirror(length + i, length)]! += padded[length + reach + i]!
  }
  for (let i = 0; i < length; i++) to[start + i * step] = padded[i + reach]!
}

/** ... 1 0 0 1 2 ... */
function mirror(index: number, length: number): number {
  const period = 2 * length
  const place = ((index % period) + period) % period
  return place < length ? place : period - 1 - place
}
