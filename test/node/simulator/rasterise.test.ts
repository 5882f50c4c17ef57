import { afterAll, describe, expect, it } from 'vitest'
import { HalftoneError } from '#core/errors'
import { openPdf } from '#node/simulator/rasterise'
import { noisePixels, placed, smallPdf } from './testPdf'

describe('a rasterised page', async () => {
  const file = await openPdf(await smallPdf())
  afterAll(() => file.close())

  it('has its size and pages', () => {
    expect(file.pageCount).toBe(2)
    expect(file.pageSize(1).width).toBeCloseTo(80, 3)
    expect(file.pageSize(1).height).toBeCloseTo(70, 3)
    const page = file.rasterise(1, 600)
    expect([page.width, page.height]).toEqual([1890, 1654])
  })

  it.each(placed)(
    'repeats the pixels of a picture at ($x, $y) exactly over $dots dots',
    async ({ x, y, dots }) => {
      const page = file.rasterise(0, 600)
      const pixels = noisePixels()
      let wrong = 0
      for (let j = 0; j < 64 * dots; j++) {
        for (let i = 0; i < 64 * dots; i++) {
          const at = ((y + j) * page.width + x + i) * 4
          const from = (Math.floor(j / dots) * 64 + Math.floor(i / dots)) * 3
          for (let c = 0; c < 3; c++) if (page.data[at + c] !== pixels[from + c]) wrong++
        }
      }
      expect(wrong).toBe(0)
    },
  )

  it('draws shapes to whole dots, on white', () => {
    const page = file.rasterise(0, 600)
    const grey = (x: number): number => page.data[(1450 * page.width + x) * 4]!
    expect([99, 100, 249, 250].map(grey)).toEqual([255, 0, 0, 255])
  })

  it('refuses what is no PDF, pages that are not there, and odd resolutions', async () => {
    await expect(openPdf(new Uint8Array([1, 2, 3]))).rejects.toMatchObject({ code: 'unreadable-file' })
    await expect(openPdf(new Uint8Array(0))).rejects.toBeInstanceOf(HalftoneError)
    using other = await openPdf(await smallPdf())
    expect(() => other.rasterise(2, 600)).toThrow(/page from 1 to 2/)
    expect(() => other.rasterise(0, Number.NaN)).toThrow(/dots per inch/)
    other.close()
    expect(() => other.rasterise(0, 600)).toThrow(/closed/)
  })
})
