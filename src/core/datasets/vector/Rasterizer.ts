import type { Homography } from './Homography'
import type { Contour } from './outline'

/** Linear RGB of a fill. */
export type Colour = readonly [number, number, number]

const identity: Homography = [1, 0, 0, 0, 1, 0, 0, 0, 1]

/**
 * Fills polygons with exact area coverage. Each edge adds its signed area to the cells it crosses, and a running sum
 * along the row gives every pixel's winding-weighted coverage (the accumulation buffer of FreeType's smooth rasteriser
 * and of Levien's font-rs). Contours that run the same way may overlap: the sum is clipped to 1; a reversed
 * contour cuts a hole. Buffers are reused; the picture is planar (CHW) float.
 */
export class Rasterizer {
  readonly #width: number
  readonly #height: number
  readonly #sums: Float32Array
  #top = 0
  #bottom = -1
  #left = 0
  #right = -1

  constructor(width: number, height: number) {
    this.#width = width
    this.#height = height
    this.#sums = new Float32Array((width + 2) * height)
  }

  /** Paints the contours, seen through `h`, over the picture with the given opacity. */
  fill(
    picture: Float32Array,
    contours: readonly Contour[],
    colour: Colour,
    h: Homography = identity,
    opacity = 1,
  ): void {
    this.#begin()
    for (const contour of contours) this.#trace(contour, h)
    this.#blend(picture, colour, opacity)
  }

  /** Lays the contours over one plane [height, width] as ink: 0 where there is none, 1 where all is covered. */
  cover(plane: Float32Array, contours: readonly Contour[]): void {
    this.#begin()
    for (const contour of contours) this.#trace(contour, identity)
    const width = this.#width
    const to = Math.min(this.#right, width - 1)
    for (let row = this.#top; row <= this.#bottom; row++) {
      const base = row * (width + 2)
      let sum = 0
      for (let x = this.#left; x <= to; x++) {
        sum += this.#sums[base + x]!
        const i = row * width + x
        plane[i]! += (1 - plane[i]!) * Math.min(1, Math.abs(sum))
      }
      this.#sums.fill(0, base, base + width + 2)
    }
  }

  #begin(): void {
    this.#top = this.#height
    this.#bottom = -1
    this.#left = this.#width
    this.#right = -1
  }

  #trace(contour: Contour, h: Homography): void {
    const n = contour.length
    if (n < 6) return
    let x0 = 0
    let y0 = 0
    for (let i = -2; i < n; i += 2) {
      const at = i < 0 ? n - 2 : i
      const u = contour[at]!
      const v = contour[at + 1]!
      const w = h[6] * u + h[7] * v + h[8]
      const x1 = (h[0] * u + h[1] * v + h[2]) / w
      const y1 = (h[3] * u + h[4] * v + h[5]) / w
      if (i >= 0) this.#edge(x0, y0, x1, y1)
      x0 = x1
      y0 = y1
    }
  }

  #edge(x0: number, y0: number, x1: number, y1: number): void {
    if (y0 === y1) return
    const sign = y0 < y1 ? 1 : -1
    const xa = sign === 1 ? x0 : x1
    const ya = sign === 1 ? y0 : y1
    const xb = sign === 1 ? x1 : x0
    const yb = sign === 1 ? y1 : y0
    if (yb <= 0 || ya >= this.#height) return
    const slope = (xb - xa) / (yb - ya)
    let y = Math.max(ya, 0)
    let x = xa + (y - ya) * slope
    const end = Math.min(yb, this.#height)
    let row = Math.floor(y)
    if (row < this.#top) this.#top = row
    while (y < end) {
      const next = Math.min(row + 1, end)
      const xn = x + (next - y) * slope
      this.#span(row, x, xn, sign * (next - y))
      y = next
      x = xn
      row++
    }
    if (row - 1 > this.#bottom) this.#bottom = row - 1
  }

  /** One edge piece inside one row: `cover` is its signed height. Left of the picture it covers the whole row. */
  #span(row: number, xa: number, xb: number, cover: number): void {
    const width = this.#width
    let low = xa < xb ? xa : xb
    let high = xa < xb ? xb : xa
    if (low >= width) {
      if (this.#right < width - 1) this.#right = width - 1
      return
    }
    if (low < 0 || high > width) {
      // Clip by splitting: what lies left of 0 acts at 0, what lies right of the edge acts nowhere.
      const length = high - low
      if (length > 0) {
        const inside = Math.min(high, width) - Math.max(low, 0)
        if (low < 0) this.#cell(row, 0, (cover * (Math.min(high, 0) - low)) / length)
        if (inside <= 0) return
        cover *= inside / length
      } else if (low < 0) {
        this.#cell(row, 0, cover)
        return
      }
      low = Math.max(low, 0)
      high = Math.min(high, width)
    }
    const first = Math.floor(low)
    const last = Math.min(Math.ceil(high), width)
    if (first < this.#left) this.#left = first
    if (last > this.#right) this.#right = last
    const base = row * (width + 2)
    const sums = this.#sums
    if (last <= first + 1) {
      const middle = 0.5 * (low + high) - first
      sums[base + first]! += cover * (1 - middle)
      sums[base + first + 1]! += cover * middle
      return
    }
    const per = cover / (high - low)
    const head = first + 1 - low
    const a0 = 0.5 * per * head * head
    sums[base + first]! += a0
    if (last === first + 2) {
      const tail = high - (first + 1)
      const a2 = 0.5 * per * tail * tail
      sums[base + first + 1]! += cover - a0 - a2
      sums[base + first + 2]! += a2
      return
    }
    const a1 = per * (head + 0.5)
    sums[base + first + 1]! += a1 - a0
    for (let x = first + 2; x < last - 1; x++) sums[base + x]! += per
    const a2 = a1 + (last - first - 3) * per
    const tail = high - (last - 1)
    const a3 = 0.5 * per * tail * tail
    sums[base + last - 1]! += cover - a2 - a3
    sums[base + last]! += a3
  }

  #cell(row: number, x: number, cover: number): void {
    this.#sums[row * (this.#width + 2) + x]! += cover
    if (x < this.#left) this.#left = x
    if (x > this.#right) this.#right = x
  }

  #blend(picture: Float32Array, [r, g, b]: Colour, opacity: number): void {
    const width = this.#width
    const plane = width * this.#height
    const sums = this.#sums
    const from = this.#left
    const to = Math.min(this.#right, width - 1)
    for (let row = this.#top; row <= this.#bottom; row++) {
      const base = row * (width + 2)
      const out = row * width
      let sum = 0
      for (let x = from; x <= to; x++) {
        sum += sums[base + x]!
        const full = sum < 0 ? -sum : sum
        if (full < 1e-4) continue
        const cover = full >= 1 ? opacity : full * opacity
        const i = out + x
        picture[i]! += (r - picture[i]!) * cover
        picture[i + plane]! += (g - picture[i + plane]!) * cover
        picture[i + 2 * plane]! += (b - picture[i + 2 * plane]!) * cover
      }
      sums.fill(0, base, base + width + 2)
    }
  }
}
