import type { Raster } from '#core/tensor/Raster'

/** sRGB-encoded level 0..255 to linear light 0..1 (IEC 61966-2-1). */
export const linearOfLevel: Float32Array = Float32Array.from({ length: 256 }, (_, level) => {
  const v = level / 255
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
})

/** Steps of the table that brings linear light back to levels: fine enough to be within half a level everywhere. */
const steps = 16384
const levelTable: Uint8Array = Uint8Array.from({ length: steps + 1 }, (_, i) =>
  Math.round(255 * encode(i / steps)),
)

function encode(v: number): number {
  return v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055
}

/** Linear light to the nearest sRGB level; clipped to 0..255. */
export function levelOfLinear(v: number): number {
  return levelTable[v >= 1 ? steps : v > 0 ? (v * steps + 0.5) | 0 : 0]!
}

/** Rec. 709 luminance weights of linear red, green and blue. */
export const luminanceWeights = [0.2126, 0.7152, 0.0722] as const

const weighted = luminanceWeights.map((weight) => linearOfLevel.map((v) => v * weight))

/** Reads linear luminance out of a picture, without converting what is not looked at. */
export class LuminanceView {
  readonly width: number
  readonly height: number
  readonly #picture: Raster

  constructor(picture: Raster) {
    this.#picture = picture
    this.width = picture.width
    this.height = picture.height
  }

  /** Bilinear at a point in pixels; beyond the border the border pixel is repeated. */
  at(x: number, y: number): number {
    const fx = x - 0.5
    const fy = y - 0.5
    let ix = Math.floor(fx)
    let iy = Math.floor(fy)
    let ax = fx - ix
    let ay = fy - iy
    if (ix < 0) {
      ix = 0
      ax = 0
    } else if (ix >= this.width - 1) {
      ix = this.width - 2
      ax = 1
    }
    if (iy < 0) {
      iy = 0
      ay = 0
    } else if (iy >= this.height - 1) {
      iy = this.height - 2
      ay = 1
    }
    const a = this.#pixel(ix, iy)
    const b = this.#pixel(ix + 1, iy)
    const c = this.#pixel(ix, iy + 1)
    const d = this.#pixel(ix + 1, iy + 1)
    const top = a + (b - a) * ax
    return top + (c + (d - c) * ax - top) * ay
  }

  #pixel(x: number, y: number): number {
    const { channels, data } = this.#picture
    const p = (y * this.width + x) * channels
    if (channels === 1) return linearOfLevel[data[p]!]!
    return weighted[0]![data[p]!]! + weighted[1]![data[p + 1]!]! + weighted[2]![data[p + 2]!]!
  }
}
