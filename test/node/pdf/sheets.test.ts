import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import { layoutDefaults, type LayoutOptions } from '#core/sheet/LayoutOptions'
import { layoutSheets } from '#core/sheet/layoutSheets'
import { decodePayload } from '#core/sheet/payload'
import { Random } from '#core/tensor/Random'
import { raster, type Raster } from '#core/tensor/Raster'
import { encodePng } from '#node/images/encodePicture'
import { writeSheets, writeSheetsFile, type SheetPair } from '#node/pdf/sheets'
import { openPdf } from '#node/simulator/rasterise'
import { contentOf, embeddedImages, pdfObjects } from './pdfObjects'

const side = 128
const options: LayoutOptions = { ...layoutDefaults, imagePx: { width: side, height: side } }

function noise(seed: string | number, channels: 1 | 3 = 3): Raster {
  const random = new Random(seed)
  const picture = raster(side, side, channels)
  for (let i = 0; i < picture.data.length; i++) picture.data[i] = random.bits() & 255
  return picture
}

const pairOf = (index: number): SheetPair => ({
  index: String(index),
  label: 'Speed limit 30',
  method: 'Basic iterative, ε = 16',
  clean: noise(`clean ${index}`),
  adversarial: noise(`adversarial ${index}`),
})

async function bytesOf(
  pairs: number,
  pair: (index: number) => SheetPair | Promise<SheetPair> = pairOf,
  change: Partial<Parameters<typeof writeSheets>[0]> = {},
): Promise<Uint8Array> {
  const plan = layoutSheets({ options, experiment: 'TEST01', pairs })
  const out = new PassThrough()
  const parts: Buffer[] = []
  out.on('data', (part: Buffer) => parts.push(part))
  await writeSheets({ name: 'Test', code: 'TEST01', ...plan, pair, ...change }, out)
  return Buffer.concat(parts)
}

describe('writeSheets', () => {
  it('keeps every pixel of every image, from pixels and from PNG files, and asks for no interpolation', async () => {
    const grey = noise('grey', 1)
    const clean = await encodePng(noise('clean 0'))
    const pdf = await bytesOf(2, async (index) =>
      index === 0 ? { ...pairOf(0), clean } : { ...pairOf(1), adversarial: await encodePng(grey) },
    )
    const images = embeddedImages(pdf)
    expect(images.map(({ width, height, channels }) => [width, height, channels])).toEqual([
      [side, side, 3],
      [side, side, 3],
      [side, side, 3],
      [side, side, 1],
    ])
    expect(images.some(({ interpolated }) => interpolated)).toBe(false)
    const expected = [noise('clean 0'), noise('adversarial 0'), noise('clean 1'), grey]
    images.forEach((image, i) => {
      expect(Buffer.compare(image.pixels, expected[i]!.data)).toBe(0)
    })
    const packed = pdfObjects(pdf).find(({ dictionary }) => dictionary.includes('/Subtype /Image'))!.stream!
    // The file may hold the stream in several chunks.
    expect(Buffer.from(clean).includes(packed.subarray(0, 4096))).toBe(true)
  })

  it('stores an image once however often it is printed', async () => {
    const clean = noise('shared')
    const pdf = await bytesOf(30, (index) => ({ ...pairOf(index % 2), clean }))
    expect(embeddedImages(pdf)).toHaveLength(3)
    expect(pdfObjects(pdf).filter(({ dictionary }) => /\/Type \/Page\n/.test(dictionary))).toHaveLength(2)
  })

  it('gives the same bytes for the same input', async () => {
    const [first, second] = [await bytesOf(3), await bytesOf(3)]
    expect(Buffer.compare(first, second)).toBe(0)
    expect(Buffer.from(first).includes('(D:19700101000000Z)')).toBe(true)
  })

  it('embeds its fonts, with the glyphs of Greek and Cyrillic captions', async () => {
    const pdf = await bytesOf(1, () => ({ ...pairOf(0), label: 'Пешеходы', method: 'ε ≤ 16, ∞' }))
    const objects = pdfObjects(pdf)
    const descriptors = objects.filter(({ dictionary }) => dictionary.includes('/Type /FontDescriptor'))
    expect(descriptors.length).toBeGreaterThanOrEqual(2)
    for (const { dictionary } of descriptors) expect(dictionary).toMatch(/\/FontFile2 \d+ 0 R/)
    const maps = objects
      .map((object) => contentOf(object).toString('latin1'))
      .filter((text) => text.includes('beginbfrange'))
    const hex = (text: string): string => text.charCodeAt(0).toString(16).padStart(4, '0')
    const all = maps.join('').toLowerCase()
    for (const character of 'Пшхε≤∞') expect(all).toContain(hex(character))
  })

  it('refuses images of another size, naming the pair', async () => {
    const wrong = { ...pairOf(1), adversarial: raster(64, 64, 3) }
    await expect(bytesOf(2, (i) => (i === 1 ? wrong : pairOf(0)))).rejects.toMatchObject({
      code: 'shape-mismatch',
      message: expect.stringMatching(/128x128.*64x64.*adversarial image of pair 2/) as string,
    })
  })

  it('passes on what goes wrong when a pair is fetched, and stops when cancelled', async () => {
    const failure = new Error('gone')
    await expect(bytesOf(2, () => Promise.reject(failure))).rejects.toBe(failure)
    const plan = layoutSheets({ options, experiment: 'TEST01', pairs: 50 })
    const signal = { aborted: false }
    const done: number[] = []
    const writing = writeSheets(
      { name: 'Test', code: 'TEST01', ...plan, pair: pairOf },
      new PassThrough().resume(),
      {
        signal,
        onProgress: (progress) => {
          done.push(progress.done)
          signal.aborted = true
        },
      },
    )
    await expect(writing).rejects.toMatchObject({ code: 'cancelled' })
    expect(done).toEqual([1])
  })

  it('says when the file cannot be written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'halftone-'))
    const plan = layoutSheets({ options, experiment: 'TEST01', pairs: 30 })
    const input = { name: 'Test', code: 'TEST01', ...plan, pair: pairOf }
    await expect(writeSheetsFile(input, join(folder, 'none', 'sheets.pdf'))).rejects.toMatchObject({
      code: 'ENOENT',
    })
    rmSync(folder, { recursive: true })
  })
})

describe('a printed sheet', () => {
  const plan = layoutSheets({ options, experiment: 'TEST01', pairs: 22 })
  let page: Raster
  let close: () => void = () => undefined
  beforeAll(async () => {
    const pdf = await openPdf(await bytesOf(22))
    close = () => {
      pdf.close()
    }
    page = pdf.rasterise(0, 600)
  })
  afterAll(() => {
    close()
  })
  const dot = (mm: number): number => Math.round((mm / 25.4) * 600)

  it('is pixel for pixel on the 600 dpi grid', () => {
    expect([page.width, page.height]).toEqual([4961, 7016])
    const wrong: string[] = []
    for (const { box, pair, role } of plan.sheets[0]!.geometry.slots) {
      const { data } = noise(`${role} ${pair}`)
      for (let i = 0; i < side * side; i++) {
        const x = dot(box.x) + (i % side) * 5
        const y = dot(box.y) + Math.floor(i / side) * 5
        for (const offset of [0, 4]) {
          const at = ((y + offset) * page.width + x + offset) * 4
          const same = [0, 1, 2].every((c) => page.data[at + c] === data[i * 3 + c])
          if (!same) wrong.push(`${role} ${pair}`)
        }
      }
    }
    expect([...new Set(wrong)]).toEqual([])
  })

  it('has codes that read as its corners', async () => {
    const wasm = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')
    prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(readFileSync(wasm)).buffer } })
    const found = await Promise.all(
      plan.sheets[0]!.geometry.codes.map(async ({ box }) => {
        const white = (4 * box.width) / 21
        const step = 6
        const size = Math.floor(dot(box.width + 2 * white) / step)
        const data = new Uint8ClampedArray(size * size * 4)
        for (let i = 0; i < size * size; i++) {
          const x = dot(box.x - white) + (i % size) * step
          const y = dot(box.y - white) + Math.floor(i / size) * step
          data.set(page.data.subarray((y * page.width + x) * 4, (y * page.width + x) * 4 + 4), i * 4)
        }
        const picture = { data, width: size, height: size, colorSpace: 'srgb' as const }
        const [code] = await readBarcodes(picture, { formats: ['QRCode'] })
        return decodePayload(code?.text ?? '')
      }),
    )
    expect(found).toEqual(
      plan.sheets[0]!.geometry.codes.map(({ corner }) => ({
        ok: true,
        value: { experiment: 'TEST01', sheet: 0, corner },
      })),
    )
  })

  it('has its marks and patches where the geometry says', () => {
    const { marks, patches } = plan.sheets[0]!.geometry
    const at = (x: number, y: number): number[] => [
      ...page.data.subarray((y * page.width + x) * 4, (y * page.width + x) * 4 + 3),
    ]
    for (const { center } of marks) {
      const [x, y] = [dot(center.x), dot(center.y)]
      // The paper's height in single precision leaves a trace of grey beside an edge: hence not exactly 255.
      const dark = (dx: number, dy: number): boolean => at(x + dx, y + dy)[0]! < 128
      expect([dark(-1, -1), dark(0, 0), dark(-1, 0), dark(0, -1)]).toEqual([true, true, false, false])
      expect([dark(-42, -42), dark(41, 41), dark(-43, -42), dark(42, 41)]).toEqual([true, true, false, false])
    }
    for (const { box, rgb } of patches) {
      expect(at(dot(box.x) + 1, dot(box.y) + 1)).toEqual([...rgb])
      expect(at(dot(box.x + box.width) - 2, dot(box.y + box.height) - 2)).toEqual([...rgb])
    }
  })
})
