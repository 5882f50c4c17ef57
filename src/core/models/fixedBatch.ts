import type { RunTensor } from '#core/onnx/facts'
import { pixelsPerImage, type Images } from '#core/tensor/Images'

/** The images of one run: `count` of them from image `start` on, filled up with zeros to `padded`. */
export interface Rows {
  readonly images: RunTensor
  readonly start: number
  readonly count: number
  readonly padded: number
}

/** Splits images into runs: one run where the batch is free, else runs of the size that the model takes. */
export function rowsOf(images: Images, batch: 'free' | number): readonly Rows[] {
  const { channels, height, width } = images
  const size = pixelsPerImage(images)
  if (batch === 'free') {
    const dims = [images.count, channels, height, width]
    const count = images.count
    return [{ images: { type: 'float', dims, data: images.data }, start: 0, count, padded: count }]
  }
  const runs: Rows[] = []
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

/** One output's rows from all runs, in order, without those of the padding. */
export function joinRows(
  runs: readonly Rows[],
  results: readonly Readonly<Record<string, RunTensor>>[],
  name: string,
): Float32Array {
  const parts = results.map((result, i) => {
    const { count, padded } = runs[i]!
    // Outputs are float by construction of the graphs; see gradientGraph.ts.
    const data = result[name]!.data as Float32Array
    return count === padded ? data : data.subarray(0, (data.length / padded) * count)
  })
  if (parts.length === 1) return parts[0]!
  const joined = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
