import { describe, expect, test } from 'vitest'
import { LuminanceView } from '#core/capture/linear'
import type { Patch } from '#core/capture/patterns'
import { registerPatch, searchPatch } from '#core/capture/register'
import { SheetModel } from '#core/capture/SheetModel'
import { blurredPattern } from '#core/capture/template'
import { Random } from '#core/tensor/Random'
import { raster, type Raster } from '#core/tensor/Raster'

const pattern = { box: { x: 10, y: 10, width: 4, height: 4 }, size: 2, dark: [true, false, false, true] }
const patch: Patch = { kind: 'mark', owner: 0, pattern, center: { x: 12, y: 12 }, half: 1.9, module: 2 }
const pxPerMm = 4
const page = { width: 24, height: 24 }
const picture = { width: 96, height: 96 }
const model = SheetModel.fromHomography(
  page,
  picture,
  Float64Array.of(pxPerMm, 0, 0, 0, pxPerMm, 0, 0, 0, 1),
)!

/** A checker whose crossing is shifted by (dx, dy) millimetres, blurred, and its black grown by dot gain. */
function shot(dx: number, dy: number, { blur = 0.3, noise = 0.003, falloff = 0, gain = 0 } = {}): Raster {
  const random = new Random('shot')
  const step = 1 / pxPerMm
  const grown = {
    ...pattern,
    box: { x: 10 - gain, y: 10 - gain, width: 4 + 2 * gain, height: 4 + 2 * gain },
  }
  const { value } = blurredPattern(grown, step / 2 - dx, step / 2 - dy, step, picture.width, blur)
  const out = raster(picture.width, picture.height, 1)
  value.forEach((dark, i) => {
    const light = (0.8 - 0.7 * dark) * (1 - (falloff * (i % picture.width)) / picture.width)
    const v = light + random.normal(0, noise)
    out.data[i] = Math.round(255 * (v <= 0.0031308 ? 12.92 * Math.max(0, v) : 1.055 * v ** (1 / 2.4) - 0.055))
  })
  return out
}

describe('registerPatch', () => {
  test.each([
    { dx: 0.13, dy: -0.21 },
    { dx: -0.3, dy: 0.05, blur: 0.45 },
    { dx: 0.07, dy: 0.11, falloff: 0.4 },
    { dx: 0.1, dy: 0.1, gain: 0.05 },
  ])('finds a shift to a thirtieth of a pixel: %j', ({ dx, dy, ...how }) => {
    const seen = registerPatch(new LuminanceView(shot(dx, dy, how)), model, patch, { dx: 0, dy: 0 }, 0.25)!
    expect(Math.hypot(seen.dx - dx, seen.dy - dy) * pxPerMm).toBeLessThan(1 / 30)
    expect(seen.correlation).toBeGreaterThan(0.98)
  })

  test('measures the blur, with the blur of the pixels themselves', () => {
    const seen = registerPatch(
      new LuminanceView(shot(0, 0, { blur: 0.4 })),
      model,
      patch,
      { dx: 0, dy: 0 },
      0.25,
    )!
    expect(seen.blur).toBeGreaterThan(0.38)
    expect(seen.blur).toBeLessThan(0.45)
  })

  test('a far shift is found by searching first', () => {
    const view = new LuminanceView(shot(1.3, -0.9))
    const hit = searchPatch(view, model, patch, 2, 0.3)!
    expect(Math.hypot(hit.dx - 1.3, hit.dy + 0.9)).toBeLessThan(0.5)
    const seen = registerPatch(view, model, patch, hit, 0.3)!
    expect(Math.hypot(seen.dx - 1.3, seen.dy + 0.9) * pxPerMm).toBeLessThan(0.03)
  })

  test('white paper correlates with nothing', () => {
    const blank = raster(96, 96, 1, new Uint8Array(96 * 96).fill(230))
    const seen = registerPatch(new LuminanceView(blank), model, patch, { dx: 0, dy: 0 }, 0.3)
    expect(seen?.correlation ?? 0).toBeLessThan(0.5)
  })

  test('a patch beyond the picture is not measured', () => {
    const outside = { ...patch, center: { x: 23.5, y: 12 } }
    expect(
      registerPatch(new LuminanceView(shot(0, 0)), model, outside, { dx: 0, dy: 0 }, 0.3),
    ).toBeUndefined()
  })
})
