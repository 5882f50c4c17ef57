import { describe, expect, it } from 'vitest'
import { norms } from '#core/tensor/norms'
import { Random } from '#core/tensor/Random'

const random = new Random('norms')
const vector = (): Float32Array => Float32Array.from({ length: 30 }, () => random.normal())
const distance = (a: Float32Array, b: Float32Array): number =>
  norms.l2.measure(a.map((value, i) => value - b[i]!))

describe.each(Object.values(norms))('$id', (norm) => {
  const radius = norm.id === 'l0' ? 4 : 1.7

  it('measures a known vector', () => {
    const known = { l0: 2, l1: 7, l2: 5, linf: 4 }
    expect(norm.measure([0, -3, 4])).toBe(known[norm.id])
    expect(norm.measure([])).toBe(0)
  })

  it('projects to the nearest point of the ball', () => {
    const delta = vector()
    const projected = delta.slice()
    norm.project(projected, radius)
    expect(norm.measure(projected)).toBeLessThanOrEqual(radius * (1 + 1e-6))
    for (let i = 0; i < 500; i++) {
      const other = projected.map((value) =>
        value === 0 && norm.id === 'l0' ? 0 : value + random.normal(0, 0.1),
      )
      if (norm.measure(other) <= radius)
        expect(distance(other, delta)).toBeGreaterThanOrEqual(distance(projected, delta) - 1e-5)
    }
  })

  it('leaves what is inside', () => {
    const delta = new Float32Array(10)
    delta[3] = 0.5
    const before = delta.slice()
    norm.project(delta, radius)
    expect(delta).toEqual(before)
  })

  it('gives the steepest direction of unit norm', () => {
    const gradient = vector()
    const direction = gradient.slice()
    norm.normalize(direction)
    expect(norm.measure(direction)).toBeCloseTo(1, 5)
    const gain = (d: Float32Array): number => d.reduce((sum, value, i) => sum + value * gradient[i]!, 0)
    // No unit vector climbs faster. The L0 ball is a cone, so there unit steps along one coordinate are compared.
    for (let i = 0; i < 300; i++) {
      const other = norm.id === 'l0' ? new Float32Array(30) : vector()
      if (norm.id === 'l0') other[random.int(30)] = random.chance(0.5) ? 1 : -1
      const length = norm.measure(other)
      expect(gain(other.map((value) => value / length))).toBeLessThanOrEqual(gain(direction) + 1e-5)
    }
    const zero = new Float32Array(4)
    norm.normalize(zero)
    expect([...zero]).toEqual([0, 0, 0, 0])
  })
})

it('normalises gradients whose squares vanish', () => {
  const tiny = Float32Array.of(3e-30, -4e-30)
  norms.l2.normalize(tiny)
  expect(tiny[0]).toBeCloseTo(0.6, 5)
  expect(tiny[1]).toBeCloseTo(-0.8, 5)
})
