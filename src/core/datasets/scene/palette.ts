import type { Random } from '#core/tensor/Random'
import type { Paint } from '../signs/Drawing'
import type { Colour } from '../vector/Rasterizer'
import { fromHsv, scaled } from './colour'

export type Palette = Readonly<Record<Paint, Colour>>

/** The sign's colours in daylight: makers differ, and paint fades with age. */
export function randomPalette(random: Random): Palette {
  const age = random.uniform() ** 2
  const tone = (hue: number, spread: number, saturation: number, value: number): Colour =>
    fromHsv(
      hue + random.uniform(-spread, spread),
      saturation * (1 - 0.4 * age) * random.uniform(0.9, 1),
      Math.min(1, value * random.uniform(0.88, 1.08) + 0.12 * age),
    )
  const white = random.uniform(0.82, 0.98)
  const black = random.uniform(0.02, 0.1) + 0.08 * age
  return {
    white: fromHsv(random.uniform(0.08, 0.6), random.uniform(0, 0.06), white),
    yellow: tone(0.125, 0.02, 0.92, 0.95),
    red: tone(0, 0.018, 0.9, 0.76),
    blue: tone(0.605, 0.025, 0.9, 0.62),
    green: tone(0.42, 0.04, 0.85, 0.45),
    black: fromHsv(0, 0, black),
    grey: fromHsv(0.6, 0.05, random.uniform(0.35, 0.7)),
    amber: tone(0.1, 0.015, 0.95, 0.97),
  }
}

/** The palette in other light. */
export function lit(palette: Palette, gain: number): Palette {
  return Object.fromEntries(
    Object.entries(palette).map(([paint, colour]) => [paint, scaled(colour, gain)]),
  ) as Palette
}
