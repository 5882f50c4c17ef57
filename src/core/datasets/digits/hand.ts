import type { Random } from '#core/tensor/Random'
import type { Contour } from '../vector/outline'
import type { Skeleton } from './skeletons'

const limited = (random: Random, deviation: number, limit: number): number =>
  Math.max(-limit, Math.min(limit, random.normal(0, deviation)))

/**
 * A digit as one hand writes it once: slanted, turned, wide or narrow, and bent by a smooth displacement of few waves.
 * Lengths are relative to the height of the digit.
 */
export function written(skeleton: Skeleton, random: Random): Contour[] {
  const wide = Math.exp(limited(random, 0.16, 0.4))
  const shear = limited(random, 0.17, 0.45)
  const turn = limited(random, 0.1, 0.3)
  const [cosine, sine] = [Math.cos(turn), Math.sin(turn)]
  const bend = bending(random)
  return skeleton.map((line) => {
    const out: number[] = []
    for (let i = 0; i < line.length; i += 2) {
      const [bx, by] = bend(line[i]!, line[i + 1]!)
      const y = by - 0.5
      const x = (bx - 0.33) * wide - shear * y
      out.push(cosine * x - sine * y, sine * x + cosine * y)
    }
    return out
  })
}

/** A smooth displacement of the plane: two waves for each axis, about a half to one and a half to the digit's height. */
function bending(random: Random): (x: number, y: number) => [number, number] {
  const strength = random.uniform(0.2, 1) * 0.055
  const waves = [0, 1, 2, 3].map(() => ({
    x: random.uniform(-1, 1) * 7,
    y: random.uniform(-1, 1) * 7,
    phase: random.uniform(0, 2 * Math.PI),
    size: strength * random.normal(),
  }))
  return (x, y) => {
    const shift = waves.map((wave) => wave.size * Math.sin(wave.x * x + wave.y * y + wave.phase))
    return [x + shift[0]! + shift[1]!, y + shift[2]! + shift[3]!]
  }
}

/** Scales lines so that they, with a pen of half width `half`, fill a box of `side` pixels the longer way, about its centre (0, 0). */
export function fittedTo(lines: readonly Contour[], side: number, half: number): Contour[] {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const line of lines) {
    for (let i = 0; i < line.length; i += 2) {
      left = Math.min(left, line[i]!)
      right = Math.max(right, line[i]!)
      top = Math.min(top, line[i + 1]!)
      bottom = Math.max(bottom, line[i + 1]!)
    }
  }
  const scale = (side - 2 * half) / Math.max(right - left, bottom - top)
  const [cx, cy] = [(left + right) / 2, (top + bottom) / 2]
  return lines.map((line) => line.map((value, i) => (value - (i % 2 === 0 ? cx : cy)) * scale))
}
