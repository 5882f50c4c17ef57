import type { RunTensor } from '#core/onnx/facts'
import { pixelsPerImage, type Images } from '#core/tensor/Images'

/** The images of one run: `count` of them from image `start` on, filled up with zeros to `padded`. */
export interface Rows {
  readonly images: RunTensor
  readonly start: number
  readonly count: number
  readonly padded: number
}

/**
 * Splits images into runs: where the batch is free, into as few of one size as hold at most `most` images each, else into runs of
 * the size that the model takes.
 */
export function rowsOf(images: Images, batch: 'free' | number, most = images.count): readonly Rows[] {
  const { channels, height, width } = images
  const size = pixelsPerImage(images)
  const runs: Rows[] = []
  if (batch === 'free') {
    const each = Math.ceil(images.count / Math.ceil(images.count / most))
    for (let start = 0; start < images.count; start += each) {
      const count = Math.min(each, images.count - start)
      const data = images.data.subarray(start * size, (start + count) * size)
      const dims = [count, channels, height, width]
      runs.push({ images: { type: 'float', dims, data }, start, count, padded: count })
    }
    return runs
  }
  for (let start = 0; start < images.count; start += batch) {
    const count = Math.min(batch, images.count - start)
    const whole = images.data.subarray(start * size, (start + count) * size)
    let data = whole
    if (count < batch) {
      data = new Float32Array(batch * size)
      data.set(whole)
    }
    const dims = [batch, channels, height, width]
    runs.push({ images: { type: 'float', dims, data }, start, count, padded: batch })
  }
  return runs
}

/**
 * One output's rows from all runs, in order, without those of the padding.
 * @param into where they are to be, if not there already
 */
export function joinRows(
  runs: readonly Rows[],
  results: readonly Readonly<Record<string, RunTensor>>[],
  name: string,
  into?: Float32Array,
): Float32Array {
  const parts = results.map((result, i) => {
    const { count, padded } = runs[i]!
    // Outputs are float by construction of the graphs; see gradientGraph.ts.
    const data = result[name]!.data as Float32Array
    return count === padded ? data : data.subarray(0, (data.length / padded) * count)
  })
  if (parts.length === 1 && !into) return parts[0]!
  const joined = into ?? new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    const place = joined.byteOffset + at * Float32Array.BYTES_PER_ELEMENT
    if (part.buffer !== joined.buffer || part.byteOffset !== place) joined.set(part, at)
    at += part.length
  }
  return joined
}
