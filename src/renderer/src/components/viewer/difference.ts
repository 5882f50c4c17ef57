/** Pixels of one picture: 8-bit RGBA, row by row; the DOM's ImageData is one. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8ClampedArray
}

/**
 * The change from one picture to another, made visible: middle grey where nothing changed, and the change of each
 * channel times `factor` above or below it.
 * @param to of the same size as `from`
 * @returns 8-bit RGBA
 */
export function amplifiedDifference(
  from: Pixels,
  to: Pixels,
  factor: number,
): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(from.data.length)
  for (let i = 0; i < out.length; i += 4) {
    out[i] = 128 + factor * (to.data[i]! - from.data[i]!)
    out[i + 1] = 128 + factor * (to.data[i + 1]! - from.data[i + 1]!)
    out[i + 2] = 128 + factor * (to.data[i + 2]! - from.data[i + 2]!)
    out[i + 3] = 255
  }
  return out
}

/** Greatest change of any channel, 0..255. */
export function greatestChange(from: Pixels, to: Pixels): number {
  let greatest = 0
  for (let i = 0; i < from.data.length; i++) {
    if (i % 4 !== 3) greatest = Math.max(greatest, Math.abs(to.data[i]! - from.data[i]!))
  }
  return greatest
}

/** The factor that makes the greatest change just reach black or white, a power of two from 1 to 64. */
export function fittingFactor(greatest: number): number {
  if (greatest <= 0) return 1
  return Math.min(64, Math.max(1, 2 ** Math.floor(Math.log2(127 / greatest))))
}
