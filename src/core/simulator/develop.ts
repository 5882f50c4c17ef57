import { linearToSrgb } from './light'
import type { Planes } from './samplePage'
import type { SimulatorParams } from './params'

const toneSteps = 4096

/** Encoded level 0..255 (not rounded) for linear light in steps of 1 / 4096: the sRGB curve, then a mild S. */
export function toneTable(params: Pick<SimulatorParams, 'toneCurve'>): Float32Array {
  return Float32Array.from({ length: toneSteps + 1 }, (_, i) => {
    const encoded = linearToSrgb(i / toneSteps)
    const curved = encoded * encoded * (3 - 2 * encoded)
    return 255 * (encoded + params.toneCurve * (curved - encoded))
  })
}

/** Encoded colours 0..255 and their brightness (Rec. 601 luma), `width` x `rows`. */
export interface Encoded {
  readonly width: number
  readonly rows: number
  readonly red: Float32Array
  readonly green: Float32Array
  readonly blue: Float32Array
  readonly luma: Float32Array
}

export function encoded(width: number, rows: number): Encoded {
  const plane = (): Float32Array => new Float32Array(width * rows)
  return { width, rows, red: plane(), green: plane(), blue: plane(), luma: plane() }
}

/**
 * Full colour from a Bayer mosaic by Malvar, He and Cutler 2004 (5x5 linear, gradient-corrected), through the tone curve.
 * @param raw `width` photosites a row, two more on each side than `out`. @param x0,y0 photo place of the first of `out`.
 */
export function developMosaic(
  raw: Float32Array,
  width: number,
  x0: number,
  y0: number,
  tones: Float32Array,
  out: Encoded,
): void {
  const w = width
  const w2 = 2 * width
  const { red, green, blue, luma } = out
  for (let row = 0; row < out.rows; row++) {
    const oddRow = (y0 + row) & 1
    let at = row * out.width
    let p = (row + 2) * width + 2
    for (let i = 0; i < out.width; i++, at++, p++) {
      const centre = raw[p]!
      const left = raw[p - 1]!
      const right = raw[p + 1]!
      const up = raw[p - w]!
      const down = raw[p + w]!
      const far = raw[p - 2]! + raw[p + 2]!
      const farther = raw[p - w2]! + raw[p + w2]!
      const diagonal = raw[p - w - 1]! + raw[p - w + 1]! + raw[p + w - 1]! + raw[p + w + 1]!
      // First and second: red and blue on red rows, blue and red on the others.
      let first: number
      let second: number
      let g: number
      if (oddRow === ((x0 + i) & 1)) {
        // A red or a blue site: green from the cross, the other colour from the diagonals.
        first = centre
        g = (4 * centre + 2 * (left + right + up + down) - far - farther) * 0.125
        second = (6 * centre + 2 * diagonal - 1.5 * (far + farther)) * 0.125
      } else {
        g = centre
        first = (5 * centre + 4 * (left + right) - diagonal - far + 0.5 * farther) * 0.125
        second = (5 * centre + 4 * (up + down) - diagonal - farther + 0.5 * far) * 0.125
      }
      const r = encode(tones, oddRow === 0 ? first : second)
      const b = encode(tones, oddRow === 0 ? second : first)
      g = encode(tones, g)
      red[at] = r
      green[at] = g
      blue[at] = b
      luma[at] = 0.299 * r + 0.587 * g + 0.114 * b
    }
  }
}

/** Three full planes of linear light through the tone curve. */
export function developPlanes(light: Planes, tones: Float32Array, out: Encoded): void {
  const [red, green, blue] = light.colours
  for (let i = 0; i < out.width * out.rows; i++) {
    const r = encode(tones, red[i]!)
    const g = encode(tones, green[i]!)
    const b = encode(tones, blue[i]!)
    out.red[i] = r
    out.green[i] = g
    out.blue[i] = b
    out.luma[i] = 0.299 * r + 0.587 * g + 0.114 * b
  }
}

/**
 * Unsharp masking of the brightness over 3x3 pixels, then 8 bits.
 * @param picture one more pixel on each side than is written.
 * @param to interleaved RGB, written from byte `start` on, `stride` bytes from row to row.
 */
export function sharpen(
  picture: Encoded,
  amount: number,
  to: Uint8Array,
  start: number,
  stride: number,
): void {
  const { red, green, blue, luma, width: w } = picture
  for (let row = 1; row < picture.rows - 1; row++) {
    let p = row * w + 1
    let at = start + (row - 1) * stride
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
  const place = light * toneSteps + 0.5
  return tones[place <= 0 ? 0 : place >= toneSteps ? toneSteps : place | 0]!
}

/** Rounds down: the caller has added one half. */
function byte(value: number): number {
  return value < 0 ? 0 : value >= 256 ? 255 : value | 0
}
