import { HalftoneError } from '../errors'
import type { ByteImages } from './Images'

/**
 * One 8-bit picture as files, canvases and cameras have it: rows of interleaved pixels (HWC), sRGB-encoded,
 * pixel (x, y) covering the square [x, x + 1) x [y, y + 1), so that its centre is at (x + 0.5, y + 0.5).
 */
export interface Raster {
  readonly width: number
  readonly height: number
  /** 1 grey, 3 RGB, 4 RGBA. */
  readonly channels: 1 | 3 | 4
  readonly data: Uint8Array
}

export function raster(width: number, height: number, channels: 1 | 3 | 4, data?: Uint8Array): Raster {
  const length = width * height * channels
  if (data && data.length !== length) {
    throw new HalftoneError(
      'shape-mismatch',
      `Expected ${length} bytes for a ${width}x${height}x${channels} picture, got ${data.length}.`,
    )
  }
  return { width, height, channels, data: data ?? new Uint8Array(length) }
}

/** Image `index` of a batch as an interleaved picture. */
export function rasterOf(batch: ByteImages, index: number): Raster {
  const { channels, height, width } = batch
  if (channels !== 1 && channels !== 3) {
    throw new HalftoneError('unsupported', `Expected images of 1 or 3 channels, got ${channels}.`)
  }
  const out = raster(width, height, channels)
  const plane = height * width
  const from = index * channels * plane
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < plane; i++) out.data[i * channels + c] = batch.data[from + c * plane + i]!
  }
  return out
}

/** Pictures of one size as an NCHW batch; grey and alpha are brought to the asked number of channels. */
export function imagesOf(pictures: readonly Raster[], channels: 1 | 3): ByteImages {
  const first = pictures[0]
  if (!first) throw new HalftoneError('invalid-argument', 'Expected at least one picture, got none.')
  const { width, height } = first
  const plane = width * height
  const data = new Uint8Array(pictures.length * channels * plane)
  pictures.forEach((picture, n) => {
    if (picture.width !== width || picture.height !== height) {
      throw new HalftoneError(
        'shape-mismatch',
        `Expected pictures of ${width}x${height}, got one of ${picture.width}x${picture.height}.`,
      )
    }
    const at = n * channels * plane
    const step = picture.channels
    for (let i = 0; i < plane; i++) {
      const p = i * step
      const r = picture.data[p]!
      const g = step === 1 ? r : picture.data[p + 1]!
      const b = step === 1 ? r : picture.data[p + 2]!
      if (channels === 1) {
        // Rec. 709 luma weights on the encoded values.
        data[at + i] = Math.round(0.2126 * r + 0.7152 * g + 0.0722 * b)
      } else {
        data[at + i] = r
        data[at + plane + i] = g
        data[at + 2 * plane + i] = b
      }
    }
  })
  return { count: pictures.length, channels, height, width, data }
}
