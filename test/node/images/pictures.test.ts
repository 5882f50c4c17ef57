import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { Random } from '#core/tensor/Random'
import { raster, type Raster } from '#core/tensor/Raster'
import { decodePicture } from '#node/images/decodePicture'
import { encodeJpeg, encodePng } from '#node/images/encodePicture'
import { refuseLarge } from '#node/images/pixelLimit'

function noise(width: number, height: number, channels: 1 | 3 | 4): Raster {
  const random = new Random('noise')
  const out = raster(width, height, channels)
  for (let i = 0; i < out.data.length; i++) out.data[i] = random.int(256)
  return out
}

/** Left half red, right half blue, upper rows brighter: tells every turn and flip apart. */
function halves(width: number, height: number): Raster {
  const out = raster(width, height, 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const level = y < height / 2 ? 255 : 100
      out.data[(y * width + x) * 3 + (x < width / 2 ? 0 : 2)] = level
    }
  }
  return out
}

/** What a camera with this EXIF orientation stores (EXIF 2.3, 4.6.4: where row 0 and column 0 lie in the upright view). */
function storedFor(upright: Raster, orientation: number): Raster {
  const { width: w, height: h } = upright
  const swapped = orientation >= 5
  const out = raster(swapped ? h : w, swapped ? w : h, 3)
  for (let row = 0; row < out.height; row++) {
    for (let column = 0; column < out.width; column++) {
      const [x, y] = [
        [column, row],
        [w - 1 - column, row],
        [w - 1 - column, h - 1 - row],
        [column, h - 1 - row],
        [row, column],
        [w - 1 - row, column],
        [w - 1 - row, h - 1 - column],
        [row, h - 1 - column],
      ][orientation - 1] as [number, number]
      out.data.set(pixel(upright, x, y), (row * out.width + column) * 3)
    }
  }
  return out
}

function pixel(picture: Raster, x: number, y: number): number[] {
  const at = (y * picture.width + x) * picture.channels
  return [...picture.data.subarray(at, at + picture.channels)]
}

function chunks(png: Uint8Array): string[] {
  const view = new DataView(png.buffer, png.byteOffset, png.length)
  const names: string[] = []
  for (let at = 8; at < png.length; at += 12 + view.getUint32(at)) {
    names.push(String.fromCharCode(...png.subarray(at + 4, at + 8)))
  }
  return names
}

describe('encodePng', () => {
  it.each([1, 3] as const)('keeps every pixel of %i channels', async (channels) => {
    const picture = noise(13, 7, channels)
    const back = await decodePicture(await encodePng(picture))
    expect(back.width).toBe(13)
    expect(back.height).toBe(7)
    for (let i = 0; i < 13 * 7; i++) {
      for (let c = 0; c < 3; c++) {
        expect(back.data[i * 3 + c]).toBe(picture.data[i * channels + (channels === 1 ? 0 : c)])
      }
    }
  })

  it('gives the same bytes for the same pixels, and no metadata', async () => {
    const first = await encodePng(noise(40, 30, 3))
    const second = await encodePng(noise(40, 30, 3))
    expect(first).toEqual(second)
    expect(new Set(chunks(first))).toEqual(new Set(['IHDR', 'IDAT', 'IEND']))
  })

  it('writes grey as grey', async () => {
    const info = await sharp(await encodePng(noise(5, 5, 1))).metadata()
    expect(info.channels).toBe(1)
    expect(info.depth).toBe('uchar')
  })
})

describe('encodeJpeg', () => {
  it('obeys the chroma resolution and the quality', async () => {
    const picture = noise(64, 64, 3)
    const half = await encodeJpeg(picture, { quality: 90, chroma: '4:2:0' })
    const full = await encodeJpeg(picture, { quality: 90, chroma: '4:4:4' })
    const low = await encodeJpeg(picture, { quality: 20, chroma: '4:2:0' })
    expect((await sharp(half).metadata()).chromaSubsampling).toBe('4:2:0')
    expect((await sharp(full).metadata()).chromaSubsampling).toBe('4:4:4')
    expect(low.length).toBeLessThan(half.length)
    expect(half.length).toBeLessThan(full.length)
  })

  it('keeps flat colours to a few levels', async () => {
    const picture = raster(16, 16, 3, new Uint8Array(16 * 16 * 3).fill(180))
    const back = await decodePicture(await encodeJpeg(picture, { quality: 95, chroma: '4:4:4' }))
    for (const level of back.data) expect(Math.abs(level - 180)).toBeLessThanOrEqual(2)
  })
})

describe('decodePicture', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('turns EXIF orientation %i upright', async (orientation) => {
    const upright = halves(32, 16)
    const stored = storedFor(upright, orientation)
    const { width, height } = stored
    const file = await sharp(stored.data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .withMetadata({ orientation })
      .toBuffer()
    const back = await decodePicture(file)
    expect([back.width, back.height]).toEqual([32, 16])
    const corners = [pixel(back, 3, 3), pixel(back, 28, 3), pixel(back, 3, 12), pixel(back, 28, 12)] as const
    expect(corners[0][0]).toBeGreaterThan(230)
    expect(corners[1][2]).toBeGreaterThan(230)
    expect(Math.abs(corners[2][0]! - 100)).toBeLessThan(12)
    expect(Math.abs(corners[3][2]! - 100)).toBeLessThan(12)
  })

  it('reads a 16-bit PNG as its nearest 8-bit levels', async () => {
    const data = Uint16Array.from({ length: 256 * 3 }, (_, i) => Math.floor(i / 3) * 257)
    const file = await sharp(data, { raw: { width: 256, height: 1, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer()
    expect((await sharp(file).metadata()).depth).toBe('ushort')
    const back = await decodePicture(file)
    for (let x = 0; x < 256; x++) expect(pixel(back, x, 0)).toEqual([x, x, x])
  })

  it('reads 16-bit grey, and grey with alpha, as RGB', async () => {
    const grey16 = await sharp(Uint16Array.from([0, 128 * 257, 65535, 1000]), {
      raw: { width: 4, height: 1, channels: 1 },
    })
      .toColourspace('grey16')
      .png()
      .toBuffer()
    expect((await sharp(grey16).metadata()).depth).toBe('ushort')
    const back = await decodePicture(grey16)
    expect(back.channels).toBe(3)
    expect(pixel(back, 1, 0)).toEqual([128, 128, 128])

    const greyAlpha = await sharp(Uint8Array.from([50, 255, 50, 0]), {
      raw: { width: 2, height: 1, channels: 2 },
    })
      .toColourspace('b-w')
      .png()
      .toBuffer()
    const flat = await decodePicture(greyAlpha)
    expect(pixel(flat, 0, 0)).toEqual([50, 50, 50])
    expect(pixel(flat, 1, 0)).toEqual([255, 255, 255])
  })

  it('lays transparent pixels on white', async () => {
    const file = await encodePng(raster(2, 1, 4, Uint8Array.from([255, 0, 0, 0, 0, 0, 255, 255])))
    const back = await decodePicture(file)
    expect(pixel(back, 0, 0)).toEqual([255, 255, 255])
    expect(pixel(back, 1, 0)).toEqual([0, 0, 255])
  })

  it('reads a CMYK JPEG as RGB', async () => {
    const red = raster(
      8,
      8,
      3,
      Uint8Array.from({ length: 192 }, (_, i) => (i % 3 === 0 ? 255 : 0)),
    )
    const file = await sharp(red.data, { raw: { width: 8, height: 8, channels: 3 } })
      .toColourspace('cmyk')
      .jpeg({ quality: 100 })
      .toBuffer()
    expect((await sharp(file).metadata()).space).toBe('cmyk')
    const [r, g, b] = pixel(await decodePicture(file), 4, 4)
    expect(r!).toBeGreaterThan(180)
    expect(g! + b!).toBeLessThan(160)
  })

  it('refuses empty, foreign, cut and missing files, each with its reason', async () => {
    const jpeg = await encodeJpeg(noise(200, 200, 3), { quality: 90, chroma: '4:4:4' })
    const png = await encodePng(noise(200, 200, 3))
    await expect(decodePicture(new Uint8Array(0))).rejects.toMatchObject({ code: 'unreadable-file' })
    await expect(decodePicture(Uint8Array.from({ length: 64 }, (_, i) => i))).rejects.toMatchObject({
      code: 'unreadable-file',
    })
    await expect(decodePicture(jpeg.subarray(0, jpeg.length / 2))).rejects.toMatchObject({
      code: 'unreadable-file',
    })
    await expect(decodePicture(png.subarray(0, png.length / 2))).rejects.toMatchObject({
      code: 'unreadable-file',
    })
    await expect(decodePicture('no/such/picture.png')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('reads from a path and names it when it fails', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'halftone-pictures-'))
    try {
      const good = join(folder, 'good.png')
      const bad = join(folder, 'bad.heic')
      await writeFile(good, await encodePng(noise(6, 4, 3)))
      await writeFile(bad, Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic garbage', 'latin1'))
      expect((await decodePicture(good)).data).toEqual(noise(6, 4, 3).data)
      await expect(decodePicture(bad)).rejects.toThrow(/bad\.heic/)
      await expect(decodePicture(folder)).rejects.toMatchObject({ code: 'unreadable-file' })
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('refuses pictures of more than 64 megapixels', () => {
    expect(() => refuseLarge(10_000, 7_000, 'big.png')).toThrow(/64 megapixels.*10000x7000/)
    expect(() => refuseLarge(8_000, 8_000, 'fits.png')).not.toThrow()
  })
})
