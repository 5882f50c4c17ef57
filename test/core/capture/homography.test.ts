import { describe, expect, test } from 'vitest'
import { applyHomography, homographyOf, invert, multiply } from '#core/capture/homography'

const square = [
  { x: 0, y: 0 },
  { x: 100, y: 0 },
  { x: 100, y: 140 },
  { x: 0, y: 140 },
]
const seen = [
  { x: 210, y: 95 },
  { x: 915, y: 130 },
  { x: 880, y: 640 },
  { x: 160, y: 655 },
]

describe('homography', () => {
  test('takes four points exactly to four points', () => {
    const h = homographyOf(square, seen)!
    square.forEach((p, i) => {
      const q = applyHomography(h, p.x, p.y)
      expect(q.x).toBeCloseTo(seen[i]!.x, 6)
      expect(q.y).toBeCloseTo(seen[i]!.y, 6)
    })
  })

  test('its inverse goes back, and the product with it is the identity', () => {
    const h = homographyOf(square, seen)!
    const back = applyHomography(invert(h), 500, 400)
    const there = applyHomography(h, back.x, back.y)
    expect(there.x).toBeCloseTo(500, 6)
    expect(there.y).toBeCloseTo(400, 6)
    const one = multiply(h, invert(h))
    expect(one[1]! / one[0]!).toBeCloseTo(0, 9)
    expect(one[4]! / one[0]!).toBeCloseTo(1, 9)
  })

  test('more points are fitted by least squares', () => {
    const truth = homographyOf(square, seen)!
    const many = Array.from({ length: 25 }, (_, i) => ({ x: (i % 5) * 25, y: Math.floor(i / 5) * 35 }))
    const h = homographyOf(
      many,
      many.map((p) => applyHomography(truth, p.x, p.y)),
    )!
    const [a, b] = [applyHomography(h, 63, 21), applyHomography(truth, 63, 21)]
    expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeLessThan(1e-5)
  })

  test('three points, or points on a line, give none', () => {
    expect(homographyOf(square.slice(0, 3), seen.slice(0, 3))).toBeUndefined()
    const line = [0, 1, 2, 3].map((x) => ({ x, y: 2 * x }))
    const h = homographyOf(line, seen)
    // A ridge keeps the equations solvable; what comes out does not take the points anywhere near.
    const off = h
      ? Math.max(...line.map((p, i) => Math.abs(applyHomography(h, p.x, p.y).x - seen[i]!.x)))
      : 1e9
    expect(off).toBeGreaterThan(10)
  })
})
