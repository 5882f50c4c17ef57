import type { Random } from '#core/tensor/Random'

/** A direction in the space of a layer's activations: one unit of the layer, or any other. */
export type Direction =
  | { readonly kind: 'unit'; readonly unit: number }
  /** `vector` has unit length, one entry per unit. */
  | { readonly kind: 'random'; readonly number: number; readonly vector: Float32Array }

/** Directions uniform on the sphere, each from a stream of its own, so that the first ones do not depend on how many there are. */
export function randomDirections(count: number, units: number, random: Random): Direction[] {
  return Array.from({ length: count }, (_, number) => {
    const stream = random.fork(`direction ${number}`)
    const vector = new Float32Array(units).map(() => stream.normal())
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
    return { kind: 'random', number, vector: vector.map((value) => value / length) }
  })
}

/** Different units at random, in rising order; all of them where there are no more. */
export function randomUnits(count: number, units: number, random: Random): Direction[] {
  const chosen = new Set<number>()
  while (chosen.size < Math.min(count, units)) chosen.add(random.int(units))
  return [...chosen].sort((a, b) => a - b).map((unit) => ({ kind: 'unit', unit }))
}

/** <phi(x), e_i> or <phi(x), v>: Szegedy 2014, section 3. */
export function responseOf(direction: Direction, activations: Float32Array): number {
  if (direction.kind === 'unit') return activations[direction.unit]!
  let sum = 0
  for (let i = 0; i < activations.length; i++) sum += activations[i]! * direction.vector[i]!
  return sum
}

/** "unit 17" or "direction 3", counted as they are named: units from 0, directions from 1. */
export function nameOf(direction: Direction): string {
  return direction.kind === 'unit' ? `unit ${direction.unit}` : `direction ${direction.number + 1}`
}
