import type { Random } from '../tensor/Random'
import { smoothNoiseTile } from './noise'
import type { SimulatorParams } from './params'

/** What the sheet lies on: light per colour at a place of the table in mm, and the sheet's soft shadow on it. */
export interface Table {
  /** Writes linear red, green and blue of the table at (x, y) mm; `distance` is how far the sheet's edge is, in mm. */
  sample(x: number, y: number, distance: number, out: Float32Array): void
}

/** A grained, plain or brown surface; the grain runs along x. */
export function table(params: SimulatorParams, random: Random): Table {
  const size = 256
  const mask = size - 1
  const coarse = smoothNoiseTile(size, 6, random)
  const fine = smoothNoiseTile(size, 1, random)
  const warmth = params.tableWarmth
  const tint = [1 + 0.35 * warmth, 1 - 0.05 * warmth, 1 - 0.4 * warmth]
  const [red, green, blue] = tint.map((part) => part * params.tableLevel) as [number, number, number]
  const at = (tile: Float32Array, x: number, y: number): number => {
    const fx = Math.floor(x)
    const fy = Math.floor(y)
    const u = x - fx
    const v = y - fy
    const r0 = (fy & mask) * size
    const r1 = ((fy + 1) & mask) * size
    const x0 = fx & mask
    const x1 = (fx + 1) & mask
    return (
      (tile[r0 + x0]! * (1 - u) + tile[r0 + x1]! * u) * (1 - v) +
      (tile[r1 + x0]! * (1 - u) + tile[r1 + x1]! * u) * v
    )
  }
  return {
    sample(x, y, distance, out) {
      const grain = 0.7 * at(coarse, x * 0.35, y * 3) + 0.3 * at(fine, x * 2.2, y * 6)
      const shade = 1 - 0.45 * Math.exp(-distance / 2.5)
      const light = Math.max(0.05, 1 + params.tableTexture * 0.5 * grain) * shade
      out[0] = red * light
      out[1] = green * light
      out[2] = blue * light
    },
  }
}
