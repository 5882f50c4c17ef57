import { describe, expect, it } from 'vitest'
import { boundsOf, fitted, view } from '#core/datasets/vector/Homography'
import {
  disk,
  outline,
  placed,
  rectangle,
  reversed,
  rounded,
  type Contour,
} from '#core/datasets/vector/outline'
import { Rasterizer } from '#core/datasets/vector/Rasterizer'
import { stroke } from '#core/datasets/vector/stroke'
import { Random } from '#core/tensor/Random'

const size = 64

/** Coverage of every pixel: the red plane of white on black. */
function coverage(contours: readonly Contour[], opacity = 1): Float32Array {
  const picture = new Float32Array(3 * size * size)
  new Rasterizer(size, size).fill(picture, contours, [1, 1, 1], undefined, opacity)
  return picture.subarray(0, size * size)
}

function total(plane: Float32Array): number {
  return plane.reduce((sum, value) => sum + value, 0)
}

describe('Rasterizer', () => {
  it('covers pixels by their exact share', () => {
    const plane = coverage([rectangle(10.25, 20.5, 3.5, 2)])
    expect(plane[20 * size + 10]).toBeCloseTo(0.75 * 0.5, 5)
    expect(plane[21 * size + 11]).toBeCloseTo(1, 5)
    expect(plane[22 * size + 13]).toBeCloseTo(0.75 * 0.5, 5)
    expect(plane[22 * size + 14]).toBe(0)
    expect(total(plane)).toBeCloseTo(7, 4)
  })

  it('keeps the area of random triangles, whole or clipped by the picture', () => {
    const random = new Random('triangles')
    for (let i = 0; i < 200; i++) {
      const corners = Array.from({ length: 6 }, () => random.uniform(1, 63))
      const [ax, ay, bx, by, cx, cy] = corners as [number, number, number, number, number, number]
      const area = Math.abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2
      expect(total(coverage([corners]))).toBeCloseTo(area, 2)
    }
    // A square that reaches over all four edges by turns: what is left is its part inside.
    for (const [x, y] of [
      [-10, 5],
      [50, 5],
      [5, -10],
      [5, 50],
      [-10, -10],
      [50, 50],
    ] as const) {
      const inside = (at: number): number => Math.min(size, at + 24) - Math.max(0, at)
      expect(total(coverage([rectangle(x, y, 24, 24)]))).toBeCloseTo(inside(x) * inside(y), 3)
    }
    expect(total(coverage([disk(0, 32, 20, 400)]))).toBeCloseTo((Math.PI * 400) / 2, 0)
    expect(total(coverage([disk(64, 32, 20, 400)]))).toBeCloseTo((Math.PI * 400) / 2, 0)
    expect(total(coverage([rectangle(-200, -200, 100, 600), rectangle(100, -50, 90, 500)]))).toBe(0)
    expect(total(coverage([rectangle(-200, -200, 600, 600)]))).toBeCloseTo(size * size, 2)
  })

  it('adds overlaps once, and cuts reversed contours out', () => {
    expect(total(coverage([rectangle(10, 10, 20, 20), rectangle(20, 10, 20, 20)]))).toBeCloseTo(600, 3)
    expect(total(coverage([rectangle(10, 10, 20, 20), reversed(rectangle(15, 15, 10, 10))]))).toBeCloseTo(
      300,
      3,
    )
  })

  it('leaves its buffer empty for the next fill, and obeys opacity', () => {
    const rasterizer = new Rasterizer(size, size)
    const picture = new Float32Array(3 * size * size)
    rasterizer.fill(picture, [disk(30, 30, 25)], [1, 1, 1])
    picture.fill(0)
    rasterizer.fill(picture, [rectangle(5, 5, 4, 4)], [1, 0.5, 0], undefined, 0.5)
    expect(total(picture.subarray(0, size * size))).toBeCloseTo(8, 5)
    expect(picture[size * size + 6 * size + 6]).toBeCloseTo(0.25, 6)
    expect(total(picture.subarray(2 * size * size))).toBe(0)
  })
})

describe('stroke', () => {
  it.each([
    ['butt', 40 * 6],
    ['square', 46 * 6],
    ['round', 40 * 6 + Math.PI * 9],
  ] as const)('ends lines with a %s cap', (cap, area) => {
    expect(Math.abs(total(coverage(stroke([[12, 30, 52, 34]], { width: 6, cap }))) - area)).toBeLessThan(2.5)
  })

  it('mitres a right angle', () => {
    const plane = coverage(stroke([[10, 50, 50, 50, 50, 10]], { width: 8 }))
    expect(plane[53 * size + 53]).toBeCloseTo(1, 4)
    expect(total(plane)).toBeCloseTo(8 * 80, 2)
  })

  it('rounds a sharp turn instead of reaching far beyond it', () => {
    const bounds = boundsOf(stroke([[10, 28, 50, 32, 10, 36]], { width: 6 }), [1, 0, 0, 0, 1, 0, 0, 0, 1])
    expect(bounds.right).toBeLessThan(53.1)
  })

  it('draws a closed line as a ring', () => {
    const ring = stroke([[20, 20, 44, 20, 44, 44, 20, 44]], { width: 4, closed: true })
    const plane = coverage(ring)
    expect(plane[32 * size + 32]).toBe(0)
    expect(plane[18 * size + 18]).toBeCloseTo(1, 4)
    expect(total(plane)).toBeCloseTo(28 * 28 - 20 * 20, 2)
  })

  it('passes over repeated points and makes a dot of a single one', () => {
    expect(total(coverage(stroke([[10, 10, 10, 10, 30, 10]], { width: 4 })))).toBeCloseTo(80, 3)
    expect(total(coverage(stroke([[30, 30, 30, 30]], { width: 10 })))).toBeGreaterThan(70)
    expect(stroke([[]], { width: 3 })).toEqual([])
  })
})

describe('outline', () => {
  it('reads lines and both kinds of curves', () => {
    const [line] = outline('M1 2 L3 4 5 6')
    expect(line).toEqual([1, 2, 3, 4, 5, 6])
    // A quadratic curve's middle is (p0 + 2 p1 + p2) / 4; ten cubic pieces would have it in the middle, nine straddle it.
    const [quadratic] = outline('M0 0 Q5 10 10 0')
    expect(Math.max(...quadratic!.filter((_, i) => i % 2 === 1))).toBeCloseTo(5, 0)
    expect(quadratic!.slice(-2)).toEqual([10, 0])
    const [cubic] = outline('M0 0 C0 -.5 1e0 -.5 1 0')
    expect(cubic!.slice(-2)).toEqual([1, 0])
    expect(outline('M0 0 L1 1 M2 2 L3 3')).toHaveLength(2)
  })

  it('rounds corners inwards and mirrors without turning a shape into a hole', () => {
    const square = rectangle(20, 20, 20, 20)
    const soft = total(coverage([rounded(square, 5)]))
    expect(soft).toBeLessThan(400)
    expect(soft).toBeGreaterThan(400 - 4 * 25)
    const mirrored = placed([rectangle(-40, 20, 20, 20)], { mirror: true })
    expect(total(coverage([...mirrored, rectangle(30, 20, 20, 20)]))).toBeCloseTo(600, 2)
  })
})

describe('Homography', () => {
  it('leaves a plate that faces the camera a scaled copy', () => {
    const h = fitted(view({ yaw: 0, pitch: 0, roll: 0, distance: 5 }), 20, 32, 30)
    const { left, right, top, bottom } = boundsOf([rectangle(-1, -1, 2, 2)], h)
    expect([left, right, top, bottom]).toEqual([12, 52, 10, 50])
  })

  it('narrows a plate that turns away and enlarges its near side', () => {
    const h = view({ yaw: 0.6, pitch: 0, roll: 0, distance: 4 })
    const { left, right } = boundsOf([rectangle(-1, -1, 2, 2)], h)
    expect(right - left).toBeLessThan(2)
    const height = (x: number): number => {
      const { top, bottom } = boundsOf([[x, -1, x, 1, x, 0]], h)
      return bottom - top
    }
    expect(Math.max(height(-1), height(1))).toBeGreaterThan(2)
    expect(Math.min(height(-1), height(1))).toBeLessThan(2)
  })
})
