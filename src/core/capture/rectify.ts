import type { RectMm } from '#core/sheet/SheetGeometry'
import type { Raster } from '#core/tensor/Raster'
import { levelOfLinear, linearOfLevel } from './linear'
import type { PointPx } from './types'

/** A crop in linear light, interleaved RGB. */
export interface LinearCrop {
  readonly width: number
  readonly height: number
  readonly data: Float32Array
}

/** Page millimetres to picture pixels. */
export type Projection = (x: number, y: number) => PointPx

/** Output pixels between exactly projected nodes; between them the way is bilinear. */
const nodeSpacing = 8
const maxSamplesAcross = 6

/**
 * Resamples a rectangle of the page to `width` x `height` pixels. Each output pixel is the mean over its square on the
 * page, taken in linear light by n x n bilinear samples, with n so large that samples lie at most one camera pixel
 * apart: light adds up linearly, and no camera pixel between two samples is skipped, so that nothing aliases. Where the
 * camera has fewer pixels than the output this is plain bilinear interpolation.
 */
export function rectify(
  picture: Raster,
  project: Projection,
  box: RectMm,
  size: { readonly width: number; readonly height: number },
): LinearCrop {
  const { width, height } = size
  const nodesX = Math.ceil(width / nodeSpacing) + 1
  const nodesY = Math.ceil(height / nodeSpacing) + 1
  const stepX = width / (nodesX - 1)
  const stepY = height / (nodesY - 1)
  const px = new Float64Array(nodesX * nodesY)
  const py = new Float64Array(nodesX * nodesY)
  for (let j = 0; j < nodesY; j++) {
    for (let i = 0; i < nodesX; i++) {
      const p = project(
        box.x + ((i * stepX) / width) * box.width,
        box.y + ((j * stepY) / height) * box.height,
      )
      px[j * nodesX + i] = p.x
      py[j * nodesX + i] = p.y
    }
  }
  const across = samplesAcross(px, py, nodesX, nodesY, stepX, stepY)
  const data = new Float32Array(width * height * 3)
  const share = 1 / (across * across)
  const sample = new Float64Array(3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      sample.fill(0)
      for (let sy = 0; sy < across; sy++) {
        const v = (y + (sy + 0.5) / across) / stepY
        const j = Math.min(nodesY - 2, Math.floor(v))
        const b = v - j
        for (let sx = 0; sx < across; sx++) {
          const u = (x + (sx + 0.5) / across) / stepX
          const i = Math.min(nodesX - 2, Math.floor(u))
          const a = u - i
          const n = j * nodesX + i
          const m = n + nodesX
          const topX = px[n]! + (px[n + 1]! - px[n]!) * a
          const bottomX = px[m]! + (px[m + 1]! - px[m]!) * a
          const topY = py[n]! + (py[n + 1]! - py[n]!) * a
          const bottomY = py[m]! + (py[m + 1]! - py[m]!) * a
          addBilinear(picture, topX + (bottomX - topX) * b, topY + (bottomY - topY) * b, sample)
        }
      }
      const at = (y * width + x) * 3
      data[at] = sample[0]! * share
      data[at + 1] = sample[1]! * share
      data[at + 2] = sample[2]! * share
    }
  }
  return { width, height, data }
}

/** Samples along one side of an output pixel, from the largest camera distance between neighbouring output pixels. */
function samplesAcross(
  px: Float64Array,
  py: Float64Array,
  nodesX: number,
  nodesY: number,
  stepX: number,
  stepY: number,
): number {
  let largest = 0
  for (let j = 0; j < nodesY - 1; j++) {
    for (let i = 0; i < nodesX - 1; i++) {
      const n = j * nodesX + i
      largest = Math.max(
        largest,
        Math.hypot(px[n + 1]! - px[n]!, py[n + 1]! - py[n]!) / stepX,
        Math.hypot(px[n + nodesX]! - px[n]!, py[n + nodesX]! - py[n]!) / stepY,
      )
    }
  }
  return Math.min(maxSamplesAcross, Math.max(1, Math.ceil(largest - 0.1)))
}

/** Adds the bilinear linear-light colour at a point; beyond the border the border pixel is repeated. */
function addBilinear(picture: Raster, x: number, y: number, sum: Float64Array): void {
  const { width, height, channels, data } = picture
  const fx = Math.max(0, Math.min(width - 1.000001, x - 0.5))
  const fy = Math.max(0, Math.min(height - 1.000001, y - 0.5))
  const ix = fx | 0
  const iy = fy | 0
  const a = fx - ix
  const b = fy - iy
  const w00 = (1 - a) * (1 - b)
  const w10 = a * (1 - b)
  const w01 = (1 - a) * b
  const w11 = a * b
  const p = (iy * width + ix) * channels
  const q = p + width * channels
  const table = linearOfLevel
  if (channels === 1) {
    const v =
      w00 * table[data[p]!]! +
      w10 * table[data[p + 1]!]! +
      w01 * table[data[q]!]! +
      w11 * table[data[q + 1]!]!
    sum[0] = sum[0]! + v
    sum[1] = sum[1]! + v
    sum[2] = sum[2]! + v
    return
  }
  const r = p + channels
  const s = q + channels
  for (let c = 0; c < 3; c++) {
    sum[c] =
      sum[c]! +
      w00 * table[data[p + c]!]! +
      w10 * table[data[r + c]!]! +
      w01 * table[data[q + c]!]! +
      w11 * table[data[s + c]!]!
  }
}

/** Mean linear colour of a page point's surroundings: n x n bilinear samples over a square of `side` millimetres. */
export function meanColour(
  picture: Raster,
  project: Projection,
  x: number,
  y: number,
  width: number,
  height: number,
  samples: number,
): readonly [number, number, number] | undefined {
  const sum = new Float64Array(3)
  for (let j = 0; j < samples; j++) {
    for (let i = 0; i < samples; i++) {
      const p = project(x + ((i + 0.5) / samples - 0.5) * width, y + ((j + 0.5) / samples - 0.5) * height)
      if (!(p.x >= 0 && p.y >= 0 && p.x <= picture.width && p.y <= picture.height)) return undefined
      addBilinear(picture, p.x, p.y, sum)
    }
  }
  const n = samples * samples
  return [sum[0]! / n, sum[1]! / n, sum[2]! / n]
}

/** To an 8-bit sRGB picture. */
export function encodeCrop({ width, height, data }: LinearCrop): Raster {
  const out = new Uint8Array(data.length)
  for (let i = 0; i < out.length; i++) out[i] = levelOfLinear(data[i]!)
  return { width, height, channels: 3, data: out }
}
