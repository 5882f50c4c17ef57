import { describe, expect, it } from 'vitest'
import type { Gray } from '#core/capture/Gray'
import { codeBlur } from '#core/capture/sharpness'
import type { PointPx } from '#core/capture/types'
import { encodePayload } from '#core/sheet/payload'
import { qrModules } from '#core/sheet/qr'

const side = 200
const corners: PointPx[] = [
  { x: 37, y: 37 },
  { x: 163, y: 37 },
  { x: 163, y: 163 },
  { x: 37, y: 163 },
]

/** The share of a step from 0 to 1 at 0, blurred by a Gaussian, that has risen at x (Abramowitz and Stegun 7.1.26). */
function risen(x: number, sigma: number): number {
  const z = Math.abs(x) / (sigma * Math.SQRT2)
  if (z > 4) return x > 0 ? 1 : 0
  const t = 1 / (1 + 0.3275911 * z)
  const erf =
    1 -
    t *
      (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) *
      Math.exp(-z * z)
  return x > 0 ? (1 + erf) / 2 : (1 - erf) / 2
}

/** A code of 126 pixels, blurred, turned by some degrees about the middle of the picture. */
function picture(sigma: number, degrees = 0, black = 30, white = 210): Gray {
  const { size, dark } = qrModules(encodePayload({ experiment: 'BLUR01', sheet: 0, corner: 'top-left' }))
  const module = 126 / size
  // The share of each row or column of modules that a blurred pixel sees: the blur is separable along the code's axes.
  const weights = (at: number): number[] =>
    Array.from(
      { length: size },
      (_, i) => risen(at - i * module, sigma) - risen(at - (i + 1) * module, sigma),
    )
  const data = new Uint8Array(side * side)
  const angle = (degrees * Math.PI) / 180
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [dx, dy] = [x + 0.5 - side / 2, y + 0.5 - side / 2]
      const wx = weights(63 + dx * Math.cos(angle) + dy * Math.sin(angle))
      const wy = weights(63 - dx * Math.sin(angle) + dy * Math.cos(angle))
      let ink = 0
      for (let row = 0; row < size; row++) {
        if (wy[row]! < 1e-4) continue
        for (let column = 0; column < size; column++) {
          if (dark[row * size + column]) ink += wy[row]! * wx[column]!
        }
      }
      data[y * side + x] = Math.round(white - (white - black) * ink)
    }
  }
  return { width: side, height: side, data }
}

describe('codeBlur', () => {
  // Beyond a fifth of a module edges run into each other, and it is taken for more than it is.
  it.each([
    [0.7, 1.1],
    [1, 1.1],
    [1.4, 1.15],
  ])('measures a blur of %f pixels in modules of 6', (sigma, most) => {
    const blur = codeBlur(picture(sigma), corners)!
    expect(blur / sigma).toBeGreaterThan(0.9)
    expect(blur / sigma).toBeLessThan(most)
  })

  it('says the same of a turned code, and whatever the light', () => {
    const straight = codeBlur(picture(1), corners)!
    const turned = corners.map(({ x, y }) => {
      const [dx, dy] = [x - 100, y - 100]
      const [c, s] = [Math.cos(Math.PI / 9), Math.sin(Math.PI / 9)]
      return { x: 100 + c * dx - s * dy, y: 100 + s * dx + c * dy }
    })
    expect(codeBlur(picture(1, 20), turned)! / straight).toBeCloseTo(1, 0.8)
    expect(codeBlur(picture(1, 0, 60, 130), corners)! / straight).toBeCloseTo(1, 0.8)
  })

  it('does not guess where there is no contrast, or no picture', () => {
    expect(
      codeBlur({ width: side, height: side, data: new Uint8Array(side * side).fill(128) }, corners),
    ).toBe(undefined)
    const outside = corners.map(({ x, y }) => ({ x: x - 400, y }))
    expect(codeBlur(picture(1), outside)).toBe(undefined)
  })
})
