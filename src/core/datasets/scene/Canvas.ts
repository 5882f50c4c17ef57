import type { Contour } from '../vector/outline'
import { Rasterizer, type Colour } from '../vector/Rasterizer'

/** A square picture in linear light, planar RGB, with the buffers that drawing it needs. Made once, used for many pictures. */
export class Canvas {
  readonly size: number
  /** [3, size, size], linear, 1 is white in full light. */
  readonly pixels: Float32Array
  readonly scratch: Float32Array
  readonly noise: Float32Array
  readonly rasterizer: Rasterizer

  constructor(size: number) {
    this.size = size
    this.pixels = new Float32Array(3 * size * size)
    this.scratch = new Float32Array(size * size)
    this.noise = new Float32Array(size * size)
    this.rasterizer = new Rasterizer(size, size)
  }

  /** Paints contours given in pixels. */
  paint(contours: readonly Contour[], colour: Colour, opacity = 1): void {
    this.rasterizer.fill(this.pixels, contours, colour, undefined, opacity)
  }

  /** Every row one colour, between stops of (height share, colour) in ascending order. */
  gradient(stops: readonly (readonly [number, Colour])[]): void {
    const { size, pixels } = this
    const plane = size * size
    for (let y = 0; y < size; y++) {
      const t = (y + 0.5) / size
      const next = stops.findIndex(([at]) => at > t)
      const [t1, b] = stops[next < 0 ? stops.length - 1 : next]!
      const [t0, a] = stops[next < 0 ? stops.length - 1 : Math.max(0, next - 1)]!
      const k = t1 > t0 ? Math.min(1, Math.max(0, (t - t0) / (t1 - t0))) : 0
      for (let c = 0; c < 3; c++) {
        pixels.fill(a[c]! + (b[c]! - a[c]!) * k, c * plane + y * size, c * plane + (y + 1) * size)
      }
    }
  }

  /** Multiplies all channels by 1 + strength * noise, never below 0.05. */
  modulate(strength: number, from = 0, to = this.size): void {
    const { size, pixels, noise } = this
    const plane = size * size
    for (let i = from * size; i < to * size; i++) {
      const gain = Math.max(0.05, 1 + strength * noise[i]!)
      pixels[i]! *= gain
      pixels[i + plane]! *= gain
      pixels[i + 2 * plane]! *= gain
    }
  }
}
