import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { Random } from '#core/tensor/Random'
import { previewPicture } from '#node/lab/previewPicture'

/** A picture of noise, with a bright left half. */
async function file(
  width: number,
  height: number,
  format: 'png' | 'jpeg' | 'webp' | 'tiff',
  orientation = 1,
) {
  const random = new Random('preview')
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    return (Math.floor(i / 3) % width < width / 2 ? 200 : 20) + random.int(30)
  })
  const picture = sharp(data, { raw: { width, height, channels: 3 } })
  return new Uint8Array(await picture.withMetadata({ orientation }).toFormat(format).toBuffer())
}

async function sizeOf(bytes: Uint8Array): Promise<[number, number]> {
  const { width, height } = await sharp(bytes).metadata()
  return [width, height]
}

describe('a preview', () => {
  it.each([
    ['png', 'image/png'],
    ['jpeg', 'image/jpeg'],
    ['webp', 'image/webp'],
    ['tiff', 'image/jpeg'],
  ] as const)('of a %s is %s, and fits into the square', async (format, type) => {
    const preview = await previewPicture(await file(300, 200, format), 90)
    expect(preview.type).toBe(type)
    expect(await sizeOf(preview.bytes)).toEqual([90, 60])
  })

  it('is the file itself when browsers show it and it fits, and never larger', async () => {
    const png = await file(40, 30, 'png')
    expect((await previewPicture(png, 40)).bytes).toBe(png)
    expect(await sizeOf((await previewPicture(await file(40, 30, 'tiff'), 400)).bytes)).toEqual([40, 30])
  })

  it('stands upright without its mark', async () => {
    // Orientation 6: to be turned a quarter clockwise, so that the left half comes on top.
    const { bytes } = await previewPicture(await file(60, 40, 'jpeg', 6), 60)
    expect(await sizeOf(bytes)).toEqual([40, 60])
    expect((await sharp(bytes).metadata()).orientation ?? 1).toBe(1)
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
    expect(data[0]).toBeGreaterThan(150)
    expect(data[(info.height - 1) * info.width * info.channels]).toBeLessThan(100)
  })

  it('of a HEIC photo is a JPEG', async () => {
    const heic = await readFile(join(import.meta.dirname, '../../fixtures/pictures/turned.heic'))
    const preview = await previewPicture(heic, 16)
    expect(preview.type).toBe('image/jpeg')
    expect(Math.max(...(await sizeOf(preview.bytes)))).toBe(16)
  })

  it('of what is no picture, or a broken one, is refused with the reason', async () => {
    const broken = (await file(300, 200, 'jpeg')).slice(0, 2000)
    for (const bytes of [Uint8Array.of(1, 2, 3), new Uint8Array(), broken]) {
      await expect(previewPicture(bytes, 10)).rejects.toMatchObject({ code: 'unreadable-file' })
    }
  })
})
