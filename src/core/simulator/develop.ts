import { linearToSrgb } from './light'
import type { Planes } from './samplePage'
import type { SimulatorParams } from './params'

/**
 * Full colour from a Bayer mosaic by Malvar, He and Cutler 2004 (5x5 linear, gradient-corrected).
 * @param raw `width` x `rows` photosites, two more on each side than `out`. @param x0,y0 photo place of the first of `out`.
 */
export function demosaic(raw: Float32Array, width: number, x0: number, y0: number, out: Planes): void {
  const [red, green, blue] = out.colours
  const w = width
  const w2 = 2 * width
  for (let row = 0; row < out.rows; row++) {
    const oddRow = (y0 + row) & 1
    let at = row * out.width
    let p = (row + 2) * width + 2
    for (let i = 0; i < out.width; i++, at++, p++) {
      const oddColumn = (x0 + i) & 1
      const centre = raw[p]!
      const left = raw[p - 1]!
      const right = raw[p + 1]!
      const up = raw[p - w]!
      const down = raw[p + w]!
      const far = raw[p - 2]! + raw[p + 2]!
      const farther = raw[p - w2]! + raw[p + w2]!
      const diagonal = raw[p - w - 1]! + raw[p - w + 1]! + raw[p + w - 1]! + raw[p + w + 1]!
      if (oddRow === oddColumn) {
        // A red or a blue site: green from the cross, the other colour from the diagonals.
        const g = (4 * centre + 2 * (left + right + up + down) - far - farther) * 0.125
        const other = (6 * centre + 2 * diagonal - 1.5 * (far + farther)) * 0.125
        green[at] = g
        if (oddRow === 0) {
          red[at] = centre
          blue[at] = other
        } else {
          red[at] = other
          blue[at] = centre
        }
      } else {
        const beside = (5 * centre + 4 * (left + right) - diagonal - far + 0.5 * farther) * 0.125
        const above = (5 * centre + 4 * (up + down) - diagonal - farther + 0.5 * far) * 0.125
        green[at] = centre
        red[at] = oddRow === 0 ? beside : above
        blue[at] = oddRow === 0 ? above : beside
      }
    }
  }
}

/** Encoded level 0..255 (not rounded) for linear light in steps of 1 / 4096: the sRGB curve, then a mild S. */
export function toneTable(params: Pick<SimulatorParams, 'toneCurve'>): Float32Array {
  return Float32Array.from({ length: 4097 }, (_, i) => {
    const encoded = linearToSrgb(i / 4096)
    const curved = encoded * encoded * (3 - 2 * encoded)
    return 255 * (encoded + params.toneCurve * (curved - encoded))
  })
}

/**
 * Tone curve, then unsharp masking of the brightness over 3x3 pixels, then 8 bits.
 * @param light linear planes with one more pixel on each side than is written. Overwritten.
 * @param to interleaved RGB; written from byte `at` on, `width` pixels a row.
 */
export function finish(
  light: Planes,
  tones: Float32Array,
  sharpening: number,
  to: Uint8Array,
  at: number,
): void {
  const [red, green, blue] = light.colours
  const count = light.width * light.rows
  const luma = new Float32Array(count)
  for (let i = 0; i < count; i++) {
    const r = encode(tones, red[i]!)
    const g = encode(tones, green[i]!)
    const b = encode(tones, blue[i]!)
    red[i] = r
    green[i] = g
    blue[i] = b
    luma[i] = 0.299 * r + 0.587 * g + 0.114 * b
  }
  const w = light.width
  const amount = sharpening
  for (let row = 1; row < light.rows - 1; row++) {
    let p = row * w + 1
    for (let x = 1; x < w - 1; x++, p++, at += 3) {
      const around =
        4 * luma[p]! +
        2 * (luma[p - 1]! + luma[p + 1]! + luma[p - w]! + luma[p + w]!) +
        luma[p - w - 1]! +
        luma[p - w + 1]! +
        luma[p + w - 1]! +
        luma[p + w + 1]!
      const detail = amount * (luma[p]! - around * 0.0625) + 0.5
      to[at] = byte(red[p]! + detail)
      to[at + 1] = byte(green[p]! + detail)
      to[at + 2] = byte(blue[p]! + detail)
    }
  }
}

function encode(tones: Float32Array, light: number): number {
  if (light <= 0) return 0
  if (light >= 1) return tones[4096]!
  const place = light * 4096
  const index = place | 0
  const low = tones[index]!
  return low + (place - index) * (tones[index + 1]! - low)
}

/** Rounds down: the caller has added one half. */
function byte(value: number): number {
  return value < 0 ? 0 : value >= 256 ? 255 : value | 0
}
