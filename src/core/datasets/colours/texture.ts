import type { Random } from '#core/tensor/Random'
import { anyColour, fromHsv, mixed, scaled } from '../scene/colour'
import type { Colour } from '../vector/Rasterizer'

/** How much of the second colour a surface has at (u, v) of its thing's own coordinates, 0 to 1. */
export type Pattern = (u: number, v: number) => number

/** What a part of a thing is covered with. */
export interface Surface {
  readonly first: Colour
  readonly second: Colour
  readonly pattern: Pattern
}

/** A sharp edge softened over `width` of the argument. */
const step = (value: number, width: number): number => Math.max(0, Math.min(1, 0.5 + value / width))

const none: Pattern = () => 0

const stripes = (random: Random): Pattern => {
  const turn = random.pick([0, Math.PI / 2, random.uniform(0, Math.PI)])
  const [a, b] = [Math.cos(turn), Math.sin(turn)]
  const [rate, phase, share] = [random.uniform(6, 12), random.uniform(0, 6.3), random.uniform(-0.4, 0.4)]
  return (u, v) => step(Math.sin(rate * (a * u + b * v) + phase) - share, 0.9)
}

const spots = (random: Random): Pattern => {
  const rate = random.uniform(6, 10)
  const [a, b, size] = [random.uniform(0, 6.3), random.uniform(0, 6.3), random.uniform(0.3, 0.6)]
  return (u, v) => step(Math.sin(rate * u + a) * Math.sin(rate * v + b) - size, 0.5)
}

const checks = (random: Random): Pattern => {
  const rate = random.uniform(5, 9)
  const [a, b] = [random.uniform(0, 6.3), random.uniform(0, 6.3)]
  return (u, v) => step(Math.sin(rate * u + a) * Math.sin(rate * v + b), 0.5)
}

const fading = (random: Random): Pattern => {
  const turn = random.uniform(0, 2 * Math.PI)
  const [a, b] = [Math.cos(turn), Math.sin(turn)]
  return (u, v) => step(a * u + b * v, 1.8)
}

const mottled = (random: Random): Pattern => {
  const waves = [0, 1, 2].map(
    () => [random.normal(0, 7), random.normal(0, 7), random.uniform(0, 6.3)] as const,
  )
  return (u, v) => {
    let sum = 0
    for (const [a, b, c] of waves) sum += Math.sin(a * u + b * v + c)
    return step(sum - 0.4, 1.6)
  }
}

const patterns = [stripes, spots, checks, fading, mottled] as const

/** A surface of any colour; two thirds have a pattern. */
export function anySurface(random: Random): Surface {
  const first = vivid(random)
  const second = random.chance(0.5)
    ? anyColour(random)
    : mixed(first, random.chance(0.5) ? [1, 1, 1] : [0, 0, 0], 0.6)
  return { first, second, pattern: random.chance(0.66) ? random.pick(patterns)(random) : none }
}

/** A surface about one hue, as leaves and bark have it. */
export function toned(random: Random, hue: number, saturation: number, value: number): Surface {
  const first = fromHsv(
    hue + random.uniform(-0.03, 0.03),
    saturation * random.uniform(0.7, 1.15),
    value * random.uniform(0.75, 1.25),
  )
  return { first, second: scaled(first, random.uniform(0.4, 0.7)), pattern: mottled(random) }
}

export function plain(colour: Colour): Surface {
  return { first: colour, second: colour, pattern: none }
}

/** A colour that stands out more often than {@link anyColour}. */
export function vivid(random: Random): Colour {
  return random.chance(0.25)
    ? anyColour(random)
    : fromHsv(random.uniform(), random.uniform(0.35, 0.95), random.uniform(0.3, 0.98))
}
