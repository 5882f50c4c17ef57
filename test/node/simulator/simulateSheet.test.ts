import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { simulateSheets } from '#node/simulator/SheetPool'
import { simulateSheet } from '#node/simulator/simulateSheet'
import { smallPdf } from './testPdf'

const options = { level: 'careful hand', resolution: '720p', seed: 'sheet' } as const

describe('a photographed sheet', async () => {
  const pdf = await smallPdf()

  it('is a JPEG of the asked size with halved colours and nothing about where it comes from', async () => {
    const { jpeg } = await simulateSheet(pdf, 0, options)
    const about = await sharp(jpeg).metadata()
    expect(about).toMatchObject({ format: 'jpeg', width: 1280, height: 720, chromaSubsampling: '4:2:0' })
    expect([about.exif, about.xmp, about.iptc, about.icc]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
    expect(about.comments).toBeUndefined()
  })

  it('shows the black square where the truth says', async () => {
    const { jpeg, truth } = await simulateSheet(pdf, 0, { ...options, overrides: { k1: -0.05, curl: 1 } })
    const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true })
    const dot = 25.4 / 600
    const grey = (x: number, y: number): number => {
      const p = truth.project({ x: x * dot, y: y * dot })
      return data[(Math.floor(p.y) * info.width + Math.floor(p.x)) * 3 + 1]!
    }
    expect(grey(175, 1475)).toBeLessThan(90)
    for (const [x, y] of [
      [70, 1475],
      [280, 1475],
      [175, 1370],
      [175, 1580],
    ] as const) {
      expect(grey(x, y)).toBeGreaterThan(150)
    }
  })

  it('is the same from a worker, whatever the order', async () => {
    const alone = await simulateSheet(pdf, 1, options)
    const seen: number[] = []
    const [second, first] = await simulateSheets(pdf, [1, 0], options, (done) => seen.push(done))
    expect(Buffer.from(second!.jpeg).equals(Buffer.from(alone.jpeg))).toBe(true)
    expect(second!.truth.project({ x: 10, y: 10 })).toEqual(alone.truth.project({ x: 10, y: 10 }))
    expect(Buffer.from(first!.jpeg).equals(Buffer.from(alone.jpeg))).toBe(false)
    expect(seen).toEqual([1, 2])
  })

  it('passes on what is wrong with a page, and stops when cancelled', async () => {
    await expect(simulateSheets(pdf, [7], options)).rejects.toMatchObject({ code: 'not-found' })
    await expect(simulateSheets(new Uint8Array(9), [0], options)).rejects.toMatchObject({
      code: 'unreadable-file',
    })
    await expect(simulateSheets(pdf, [0], options, undefined, { aborted: true })).rejects.toMatchObject({
      code: 'cancelled',
    })
  })
})
