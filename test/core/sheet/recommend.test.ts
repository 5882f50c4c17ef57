import { describe, expect, it } from 'vitest'
import { layoutSheet } from '#core/sheet/layoutSheet'
import { cameraPxPerSourcePx, recommend } from '#core/sheet/recommend'

const phone = { width: 4032, height: 3024 }
const fullHd = { width: 1920, height: 1080 }
const hd = { width: 1280, height: 720 }
const a4 = { paper: 'A4', orientation: 'portrait' } as const

describe('recommend', () => {
  it.each([
    [128, phone, 5, 21],
    [128, fullHd, 9, 4],
    [299, phone, 4, 4],
    [299, fullHd, 5, 3],
    [299, hd, 7, 2],
    [32, hd, 19, 21],
  ] as const)('%d px, camera %o: %d dots, %d pairs', (side, camera, dots, pairs) => {
    const choice = recommend({ width: side, height: side }, camera)
    expect([choice.dotsPerPixel, choice.pairsPerSheet]).toEqual([dots, pairs])
    expect(layoutSheet(choice.options).pairsPerSheet).toBe(pairs)
    expect(choice.imageMm.width).toBeCloseTo((side * dots * 25.4) / 600, 9)
    expect(choice.note).toContain(`${pairs} pairs a page`)
  })

  it('reaches 2.5 camera pixels for 128-pixel images and a 12-megapixel photo, on both papers', () => {
    for (const paper of ['A4', 'Letter'] as const) {
      const choice = recommend({ width: 128, height: 128 }, phone, { paper })
      expect(choice.cameraPxPerSourcePx).toBeGreaterThan(2.5)
      expect(choice.note).not.toContain('below')
    }
  })

  it('refuses an image that fits no page', () => {
    expect(() => recommend({ width: 9000, height: 10 }, phone)).toThrow(/do not fit/)
    expect(() => recommend({ width: 10, height: 10 }, { width: 0, height: 1 })).toThrow(/camera/)
  })
})

describe('cameraPxPerSourcePx', () => {
  it('agrees with what was measured for a 60 mm image of 299 pixels', () => {
    const dots = ((60 / 25.4) * 600) / 299
    expect(cameraPxPerSourcePx(a4, dots, hd)).toBeCloseTo(0.63, 2)
    expect(cameraPxPerSourcePx(a4, dots, fullHd)).toBeCloseTo(0.95, 2)
    expect(cameraPxPerSourcePx(a4, dots, phone)).toBeCloseTo(2.5, 1)
  })

  it('turns the picture to the page', () => {
    const upright = { width: 3024, height: 4032 }
    const landscape = { paper: 'A4', orientation: 'landscape' } as const
    expect(cameraPxPerSourcePx(a4, 5, upright)).toBe(cameraPxPerSourcePx(a4, 5, phone))
    expect(cameraPxPerSourcePx(landscape, 5, upright)).toBe(cameraPxPerSourcePx(a4, 5, phone))
  })
})
