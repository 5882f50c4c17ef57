import { describe, expect, test } from 'vitest'
import { doubled, flipped, grayOf, halfGrayOf, unsharp } from '#core/capture/Gray'
import { raster } from '#core/tensor/Raster'

describe('planes for the reader', () => {
  test('halving averages two by two and drops an odd row', () => {
    const picture = raster(4, 3, 1, Uint8Array.of(0, 4, 8, 8, 4, 8, 8, 8, 99, 99, 99, 99))
    expect(halfGrayOf(picture)).toEqual({ width: 2, height: 1, data: Uint8Array.of(4, 8) })
    const colour = raster(2, 2, 3, new Uint8Array(12).fill(77))
    expect(halfGrayOf(colour).data[0]).toBe(77)
    expect(grayOf(colour).data[0]).toBe(77)
  })

  test('doubling keeps the mean and the place', () => {
    const big = doubled({ width: 2, height: 2, data: Uint8Array.of(0, 80, 0, 80) })
    expect([...big.data.subarray(0, 4)]).toEqual([0, 20, 60, 80])
  })

  test('sharpening leaves flat parts alone and widens a step', () => {
    const data = Uint8Array.from({ length: 400 }, (_, i) => (i % 20 < 10 ? 100 : 140))
    const out = unsharp({ width: 20, height: 20, data }, 1)
    expect(out.data[203]).toBe(100)
    expect(out.data[209]).toBeLessThan(100)
    expect(out.data[210]).toBeGreaterThan(140)
  })

  test('flipping twice is nothing', () => {
    const picture = raster(3, 1, 3, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9))
    expect([...flipped(picture).data]).toEqual([7, 8, 9, 4, 5, 6, 1, 2, 3])
    expect(flipped(flipped(picture)).data).toEqual(picture.data)
  })
})
