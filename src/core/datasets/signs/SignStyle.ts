import type { Random } from '#core/tensor/Random'
import type { Paint } from './Drawing'

/** What differs between countries, makers and years without changing what a sign says. */
export interface SignStyle {
  /** Factor on the width of coloured borders, about 1. */
  readonly border: number
  /** Stroke width of glyphs, relative to their height. */
  readonly weight: number
  /** Width of glyphs relative to their height. */
  readonly condensed: number
  /** Corner radius of plates. */
  readonly corner: number
  /** Width of the light rim round a coloured plate. */
  readonly rim: number
  /** The ground of warning and prohibition signs: white in most of Europe, yellow in the north-east and Greece. */
  readonly ground: Paint
  /** Factor on the size of symbols, about 1. */
  readonly size: number
  /** Picks one of a design's alternatives, in [0, 1). */
  readonly variant: number
}

export function randomStyle(random: Random): SignStyle {
  return {
    border: random.uniform(0.82, 1.2),
    weight: random.uniform(0.145, 0.2),
    condensed: random.uniform(0.5, 0.66),
    corner: random.uniform(0.06, 0.2),
    rim: random.chance(0.65) ? random.uniform(0.02, 0.06) : 0,
    ground: random.chance(0.2) ? 'yellow' : 'white',
    size: random.uniform(0.92, 1.08),
    variant: random.uniform(),
  }
}
