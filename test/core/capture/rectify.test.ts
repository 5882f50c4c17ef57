import { describe, expect, test } from 'vitest'
import { levelOfLinear, linearOfLevel } from '#core/capture/linear'
import { encodeCrop, rectify } from '#core/capture/rectify'
import { Random } from '#core/tensor/Random'
import { raster } from '#core/tensor/Raster'

const box = { x: 0, y: 0, width: 32, height: 32 }

describe('rectify', () => {
  test('on the pixel grid it gives the pixels themselves', () => {
    const random = new Random('grid')
    const picture = raster(32, 32, 3)
    for (let i = 0; i < picture.data.length; i++) picture.data[i] = random.int(256)
    const crop = encodeCrop(rectify(picture, (x, y) => ({ x, y }), box, { width: 32, height: 32 }))
    expect(crop.data).toEqual(picture.data)
  })

  test('shrinking averages light, not levels, and skips no pixel', () => {
    const picture = raster(128, 128, 1)
    for (let i = 0; i < picture.data.length; i++) {
      picture.data[i] = ((i % 128) + Math.floor(i / 128)) % 2 === 0 ? 255 : 0
    }
    const crop = encodeCrop(
      rectify(picture, (x, y) => ({ x: 4 * x, y: 4 * y }), box, { width: 32, height: 32 }),
    )
    // Half the light is level 188; the mean of the levels would be 128.
    const inner = [...crop.data].filter((_, i) => i % 96 > 3 && i % 96 < 92)
    expect(Math.min(...inner)).toBe(188)
    expect(Math.max(...inner)).toBe(188)
  })

  test('half-pixel convention: a crop of a crop does not drift', () => {
    const picture = raster(64, 64, 1)
    for (let i = 0; i < picture.data.length; i++) picture.data[i] = 2 * (i % 64) + 60
    const crop = encodeCrop(
      rectify(picture, (x, y) => ({ x: 2 * x, y: 2 * y }), box, { width: 32, height: 32 }),
    )
    // Output pixel 10 covers columns 20 and 21, levels 100 and 102.
    expect(crop.data[(16 * 32 + 10) * 3]).toBe(101)
  })

  test('levels survive the way through linear light', () => {
    for (let level = 0; level < 256; level++) expect(levelOfLinear(linearOfLevel[level]!)).toBe(level)
  })
})
