import { cholesky, choleskySolve } from '#core/capture/solve'
import type { Images } from '#core/tensor/Images'
import { blur } from './blur'

/** How much the lean to one gain weighs, in variances of the pixels: a tenth of a level squared is 1.5e-7, all grey to all black 0.25. */
const lean = 1e-3

/** Blurs that are tried, sigma in px of the image. */
const sigmas = [0.4, 0.7, 1, 1.5, 2.2] as const

/**
 * What a chain does to one image, seen from one pair of images: blur by a Gaussian, then colours by a matrix and an offset,
 * y = A (g * x) + b, by least squares over all pixels, with the best of a few widths for g.
 * @param given one image. @param seen the same after the chain, aligned
 * @returns the way back of that map, exactly: g applied to A^T of the cotangent (g is its own transpose inside the image)
 */
export function fitChain(given: Images, seen: Images): (cotangent: Images) => Images {
  let best: { error: number; sigma: number; matrix: readonly Float64Array[] } | undefined
  for (const sigma of sigmas) {
    const fit = fitColours(blurred(given, sigma), seen)
    if (!best || fit.error < best.error) best = { ...fit, sigma }
  }
  const { matrix, sigma } = best!
  const { channels } = given
  return (cotangent) => {
    const plane = cotangent.data.length / channels
    const data = new Float32Array(cotangent.data.length)
    for (let to = 0; to < channels; to++) {
      for (let from = 0; from < channels; from++) {
        const weight = matrix[to]![from]!
        for (let i = 0; i < plane; i++) data[from * plane + i]! += weight * cotangent.data[to * plane + i]!
      }
    }
    return blurred({ ...cotangent, data }, sigma)
  }
}

/** Rows of A for each seen channel, each with its offset at the end, and the sum of squared residuals. */
function fitColours(given: Images, seen: Images): { error: number; matrix: readonly Float64Array[] } {
  const { channels } = given
  const plane = given.data.length / channels
  const columns = channels + 1
  const normal = new Float64Array(columns * columns)
  const right = Array.from({ length: channels }, () => new Float64Array(columns))
  // The values of one pixel with a one for the offset, and what became of it.
  const [values, answers] = [new Float64Array(columns).fill(1), new Float64Array(channels)]
  const read = (i: number): void => {
    for (let c = 0; c < channels; c++) {
      values[c] = given.data[c * plane + i]!
      answers[c] = seen.data[c * plane + i]!
    }
  }
  for (let i = 0; i < plane; i++) {
    read(i)
    for (let a = 0; a < columns; a++) {
      for (let b = 0; b <= a; b++) normal[a * columns + b]! += values[a]! * values[b]!
    }
    for (let c = 0; c < channels; c++) {
      const row = right[c]!
      for (let a = 0; a < columns; a++) row[a]! += values[a]! * answers[c]!
    }
  }
  // Colours that a picture hardly has say little about what becomes of them: the matrix leans to what the others tell, one
  // gain for all channels.
  const gain = commonGain(given, seen)
  for (let a = 0; a < columns; a++) normal[a * columns + a]! += lean * plane
  right.forEach((row, c) => (row[c]! += lean * plane * gain))
  cholesky(normal, columns)
  const matrix = right
  for (const row of matrix) choleskySolve(normal, columns, row)
  let error = 0
  for (let i = 0; i < plane; i++) {
    read(i)
    for (let c = 0; c < channels; c++) {
      const row = matrix[c]!
      let estimate = 0
      for (let a = 0; a < columns; a++) estimate += row[a]! * values[a]!
      error += (answers[c]! - estimate) ** 2
    }
  }
  return { error, matrix }
}

/** The slope of the one line through all channels' pixels about their means. */
function commonGain(given: Images, seen: Images): number {
  const plane = given.data.length / given.channels
  let [both, squares] = [0, 0]
  for (let start = 0; start < given.data.length; start += plane) {
    const mean = (data: Float32Array): number =>
      data.subarray(start, start + plane).reduce((sum, value) => sum + value, 0) / plane
    const [x, y] = [mean(given.data), mean(seen.data)]
    for (let i = start; i < start + plane; i++) {
      both += (given.data[i]! - x) * (seen.data[i]! - y)
      squares += (given.data[i]! - x) ** 2
    }
  }
  return squares > 0 ? both / squares : 1
}

function blurred(images: Images, sigma: number): Images {
  return blur(sigma).filter(images)
}
