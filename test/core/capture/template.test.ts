import { describe, expect, test } from 'vitest'
import { blurredPattern, normalCdf } from '#core/capture/template'

const checker = { box: { x: 10, y: 20, width: 4, height: 4 }, size: 2, dark: [true, false, false, true] }

describe('blurredPattern', () => {
  test('is 1 in the middle of black, 0 in white, and a half on a straight edge', () => {
    const at = (x: number, y: number): number => blurredPattern(checker, x, y, 1, 1, 0.2).value[0]!
    expect(at(11, 21)).toBeCloseTo(1, 4)
    expect(at(13, 21)).toBeCloseTo(0, 4)
    expect(at(10, 21)).toBeCloseTo(0.5, 4)
    expect(at(12, 22)).toBeCloseTo(0.5, 4)
  })

  test('its derivatives are those of finite differences', () => {
    const blur = 0.4
    const step = 1e-3
    const value = (x: number, y: number, b = blur): number => blurredPattern(checker, x, y, 1, 1, b).value[0]!
    for (const [x, y] of [
      [11.8, 21.9],
      [10.2, 23.4],
      [13.7, 22.3],
    ] as const) {
      const t = blurredPattern(checker, x, y, 1, 1, blur)
      expect(t.dx[0]!).toBeCloseTo((value(x + step, y) - value(x - step, y)) / (2 * step), 3)
      expect(t.dy[0]!).toBeCloseTo((value(x, y + step) - value(x, y - step)) / (2 * step), 3)
      // The heat equation: d/d(blur) = blur * Laplacian.
      const byBlur = (value(x, y, blur + 0.01) - value(x, y, blur - 0.01)) / 0.02
      expect(blur * t.laplacian[0]!).toBeCloseTo(byBlur, 2)
    }
  })

  test('normalCdf', () => {
    expect(normalCdf(0)).toBeCloseTo(0.5, 7)
    expect(normalCdf(1.959964)).toBeCloseTo(0.975, 6)
    expect(normalCdf(-3)).toBeCloseTo(0.0013499, 6)
    expect(normalCdf(-40)).toBe(0)
  })
})
