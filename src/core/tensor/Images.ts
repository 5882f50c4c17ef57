import { HalftoneError } from '../errors'

/** What a model takes: one image's channels, height and width, in pixels. */
export interface ImageSpec {
  readonly channels: number
  readonly height: number
  readonly width: number
}

/** A batch of float images, NCHW, pixels in [0, 1]. */
export interface Images extends ImageSpec {
  readonly count: number
  readonly data: Float32Array
}

/** A batch of 8-bit images, NCHW, pixels 0..255: what is saved, printed and judged. */
export interface ByteImages extends ImageSpec {
  readonly count: number
  readonly data: Uint8Array
}

/** Raw class scores, row-major [count, classes]. */
export interface Logits {
  readonly data: Float32Array
  readonly count: number
  readonly classes: number
}

export function pixelsPerImage(spec: ImageSpec): number {
  return spec.channels * spec.height * spec.width
}

/** @throws HalftoneError `shape-mismatch` when the data do not fill count x channels x height x width. */
export function images<D extends Float32Array | Uint8Array>(
  data: D,
  spec: ImageSpec,
): ImageSpec & { count: number; data: D } {
  const size = pixelsPerImage(spec)
  const count = size === 0 ? 0 : data.length / size
  if (!Number.isInteger(count)) {
    throw new HalftoneError(
      'shape-mismatch',
      `Expected a multiple of ${size} values (${spec.channels}x${spec.height}x${spec.width} per image), got ${data.length}.`,
    )
  }
  return { count, channels: spec.channels, height: spec.height, width: spec.width, data }
}

/** Rounds to the nearest 8-bit level; values outside [0, 1] are clipped, NaN becomes 0. */
export function toBytes(batch: Images): ByteImages {
  const data = new Uint8Array(batch.data.length)
  for (let i = 0; i < data.length; i++) {
    const level = Math.round(batch.data[i]! * 255)
    data[i] = level > 255 ? 255 : level > 0 ? level : 0
  }
  return { ...batch, data }
}

/** The float of each level: looked up, because a division for every value takes longer. */
const floatOf = Float32Array.from({ length: 256 }, (_, level) => level / 255)

/**
 * Level / 255, exact in the sense that {@link toBytes} brings the same levels back.
 * @param data where to write; by default a new array
 */
export function toFloats(
  batch: ByteImages,
  data: Float32Array = new Float32Array(batch.data.length),
): Images {
  const levels = batch.data
  for (let i = 0; i < levels.length; i++) data[i] = floatOf[levels[i]!]!
  return { ...batch, data }
}

/** Images `start` to `end` (exclusive) of a batch; shares memory with it. */
export function sliceImages<B extends Images | ByteImages>(batch: B, start: number, end: number): B {
  const size = pixelsPerImage(batch)
  return { ...batch, count: end - start, data: batch.data.subarray(start * size, end * size) }
}

/** One batch from many of the same spec, in order. */
export function concatImages<B extends Images | ByteImages>(batches: readonly B[]): B {
  const first = batches[0]
  if (!first) throw new HalftoneError('invalid-argument', 'Expected at least one batch of images, got none.')
  const size = pixelsPerImage(first)
  const count = batches.reduce((sum, batch) => sum + batch.count, 0)
  const data =
    first.data instanceof Uint8Array ? new Uint8Array(count * size) : new Float32Array(count * size)
  let at = 0
  for (const batch of batches) {
    if (pixelsPerImage(batch) !== size) {
      throw new HalftoneError('shape-mismatch', 'Expected batches of one image size, got different sizes.')
    }
    data.set(batch.data, at)
    at += batch.data.length
  }
  return { ...first, count, data } as B
}
