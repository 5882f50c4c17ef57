import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { raster, rasterOf, type Raster } from '#core/tensor/Raster'
import { decodePicture } from '#node/images/decodePicture'
import { encodeJpeg, encodePng } from '#node/images/encodePicture'
import { fitPicture } from '#node/images/fitPicture'
import { readLabelledFolder } from '#node/images/readLabelledFolder'

const classes = [
  { id: 'stop', name: 'Stop' },
  { id: 'speed-limit-50', name: 'Speed limit 50' },
  { id: 'yield', name: 'Yield' },
]
const spec = { channels: 3, height: 16, width: 16 }
let folder = ''

function flat(r: number, g: number, b: number, width = 16, height = 16): Raster {
  return raster(
    width,
    height,
    3,
    Uint8Array.from({ length: 3 * width * height }, (_, i) => [r, g, b][i % 3]!),
  )
}

async function put(file: string, content: Uint8Array | string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true })
  await writeFile(join(folder, file), content)
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'halftone-folder-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

describe('a folder of folders', () => {
  it('takes its labels from the folders, in order, by id, name or index', async () => {
    await put('Speed limit 50/b.png', await encodePng(flat(0, 255, 0)))
    await put('stop/a.png', await encodePng(flat(255, 0, 0)))
    await put('2/deep/c.png', await encodePng(flat(0, 0, 255)))
    const read = await readLabelledFolder(folder, classes, spec)
    expect(read.names).toEqual(['2/deep/c.png', 'Speed limit 50/b.png', 'stop/a.png'])
    expect(read.labels).toEqual([2, 1, 0])
    expect(read.skipped).toEqual([])
    expect(read.images.count).toBe(3)
    expect(rasterOf(read.images, 2).data.subarray(0, 3)).toEqual(Uint8Array.of(255, 0, 0))
  })

  it('reads pictures of every kind, and lists those that it cannot', async () => {
    const red = flat(250, 0, 0, 40, 24)
    const jpeg = await encodeJpeg(flat(250, 0, 0, 160, 160), { quality: 90, chroma: '4:2:0' })
    const raw = { raw: { width: 40, height: 24, channels: 3 as const } }
    await put('stop/1-grey.png', await encodePng(raster(20, 20, 1, new Uint8Array(400).fill(77))))
    await put('stop/2-alpha.png', await encodePng(raster(16, 16, 4)))
    await put('stop/3-cmyk.jpg', await sharp(red.data, raw).toColourspace('cmyk').jpeg().toBuffer())
    await put('stop/4-sixteen.png', await sharp(red.data, raw).toColourspace('rgb16').png().toBuffer())
    await put(
      'stop/5-turned.jpg',
      await sharp(red.data, raw).jpeg().withMetadata({ orientation: 6 }).toBuffer(),
    )
    await put('stop/6-broken.jpg', jpeg.subarray(0, jpeg.length / 2))
    await put('stop/7-notes.txt', 'not a picture')
    await put('stop/8-empty.png', '')
    await put('stop/.hidden', 'left alone')
    await put('tram/9.png', await encodePng(red))
    await put('loose.png', await encodePng(red))
    const seen: number[] = []
    const read = await readLabelledFolder(folder, classes, spec, {
      onProgress: (done) => seen.push(done),
    })
    expect(read.names).toEqual([
      'stop/1-grey.png',
      'stop/2-alpha.png',
      'stop/3-cmyk.jpg',
      'stop/4-sixteen.png',
      'stop/5-turned.jpg',
    ])
    expect(rasterOf(read.images, 0).data.subarray(0, 3)).toEqual(Uint8Array.of(77, 77, 77))
    expect(rasterOf(read.images, 1).data.subarray(0, 3)).toEqual(Uint8Array.of(255, 255, 255))
    expect(rasterOf(read.images, 3).data[0]).toBe(250)
    const reasons = Object.fromEntries(read.skipped.map(({ file, reason }) => [file, reason]))
    expect(Object.keys(reasons)).toEqual([
      'loose.png',
      'stop/6-broken.jpg',
      'stop/7-notes.txt',
      'stop/8-empty.png',
      'tram/9.png',
    ])
    expect(reasons['loose.png']).toMatch(/no class folder/)
    expect(reasons['stop/6-broken.jpg']).toMatch(/cannot be read/)
    expect(reasons['stop/7-notes.txt']).toMatch(/cannot be read/)
    expect(reasons['stop/8-empty.png']).toMatch(/empty/)
    expect(reasons['tram/9.png']).toMatch(/Unknown label "tram".*stop, speed-limit-50, yield/)
    for (const reason of Object.values(reasons)) expect(reason).not.toContain(folder)
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('reads no more than asked and says so', async () => {
    for (const name of ['a', 'b', 'c']) await put(`stop/${name}.png`, await encodePng(flat(1, 2, 3)))
    const read = await readLabelledFolder(folder, classes, spec, { limit: 2 })
    expect(read.names).toEqual(['stop/a.png', 'stop/b.png'])
    expect(read.skipped).toEqual([{ file: 'stop/c.png', reason: expect.stringMatching(/first 2/) as string }])
  })
})

describe('a folder with a label file', () => {
  it('obeys it, and lists unknown, missing, repeated, outside and unnamed files', async () => {
    await put('a.png', await encodePng(flat(9, 9, 9)))
    await put('sub/b.png', await encodePng(flat(8, 8, 8)))
    await put('c.png', await encodePng(flat(7, 7, 7)))
    await put('unnamed.png', await encodePng(flat(6, 6, 6)))
    await put(
      'labels.csv',
      'file,label\nsub/b.png,Yield\na.png,speed limit 50\nc.png,tram\ngone.png,stop\na.png,stop\n../x.png,stop\nc.png\n',
    )
    const read = await readLabelledFolder(folder, classes, spec)
    expect(read.names).toEqual(['sub/b.png', 'a.png'])
    expect(read.labels).toEqual([2, 1])
    expect(read.skipped.map(({ file }) => file)).toEqual([
      '../x.png',
      'a.png',
      'c.png',
      'gone.png',
      'labels.csv:8',
      'unnamed.png',
    ])
    const reasons = read.skipped.map(({ reason }) => reason)
    expect(reasons[0]).toMatch(/outside/)
    expect(reasons[1]).toMatch(/line 6 names it again, after line 3/)
    expect(reasons[2]).toMatch(/Unknown label/)
    expect(reasons[3]).toMatch(/no such file/)
    expect(reasons[5]).toMatch(/does not name it/)
  })

  it('may be a text file, for a grey model', async () => {
    await put('a.png', await encodePng(flat(0, 255, 0)))
    await put('labels.txt', 'a.png 1\n')
    const read = await readLabelledFolder(folder, classes, { ...spec, channels: 1 })
    expect(read.labels).toEqual([1])
    expect(read.images.channels).toBe(1)
    expect(read.images.data[0]).toBe(Math.round(0.7152 * 255))
  })
})

describe('folders that hold nothing', () => {
  it('are refused when empty or missing', async () => {
    await expect(readLabelledFolder(folder, classes, spec)).rejects.toMatchObject({ code: 'not-found' })
    await expect(readLabelledFolder(join(folder, 'gone'), classes, spec)).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('give no images, with reasons, when every file is skipped', async () => {
    await put('stop/a.png', 'no')
    const read = await readLabelledFolder(folder, classes, spec)
    expect(read.images).toMatchObject({ count: 0, channels: 3, height: 16, width: 16 })
    expect(read.skipped).toHaveLength(1)
  })

  it('stop when cancelled', async () => {
    await put('stop/a.png', await encodePng(flat(1, 2, 3)))
    await expect(
      readLabelledFolder(folder, classes, spec, { signal: { aborted: true } }),
    ).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('fitPicture', () => {
  /** Red | green | blue thirds, 96x32. */
  const thirds = raster(
    96,
    32,
    3,
    Uint8Array.from({ length: 96 * 32 * 3 }, (_, i) =>
      Math.floor((Math.floor(i / 3) % 96) / 32) === i % 3 ? 255 : 0,
    ),
  )
  const at = (picture: Raster, x: number, y: number): number[] => [
    ...picture.data.subarray((y * picture.width + x) * 3, (y * picture.width + x) * 3 + 3),
  ]

  it('crops the middle', async () => {
    const out = await fitPicture(thirds, 16, 16, 'crop')
    expect([out.width, out.height]).toEqual([16, 16])
    expect(at(out, 4, 8)).toEqual([0, 255, 0])
    expect(at(out, 12, 8)).toEqual([0, 255, 0])
  })

  it('pads with mid grey', async () => {
    const out = await fitPicture(thirds, 48, 48, 'pad')
    expect(at(out, 24, 2)).toEqual([128, 128, 128])
    expect(at(out, 24, 24)).toEqual([0, 255, 0])
    expect(at(out, 4, 24)).toEqual([255, 0, 0])
  })

  it('stretches', async () => {
    const out = await fitPicture(thirds, 30, 30, 'stretch')
    expect(at(out, 3, 15)).toEqual([255, 0, 0])
    expect(at(out, 26, 15)).toEqual([0, 0, 255])
  })

  it('does not alias when it shrinks, and keeps a picture that fits to the bit', async () => {
    const stripes = raster(
      128,
      128,
      3,
      Uint8Array.from({ length: 128 * 128 * 3 }, (_, i) => (Math.floor(i / 3) % 2) * 255),
    )
    const out = await fitPicture(stripes, 16, 16, 'crop')
    for (const level of out.data) expect(Math.abs(level - 127.5)).toBeLessThan(6)
    expect(await fitPicture(stripes, 128, 128, 'pad')).toBe(stripes)
  })

  it('comes before the model sees a photograph', async () => {
    await put(
      'stop/wide.jpg',
      await encodeJpeg(flat(200, 100, 50, 300, 200), { quality: 92, chroma: '4:4:4' }),
    )
    const read = await readLabelledFolder(folder, classes, spec)
    const alone = await fitPicture(await decodePicture(join(folder, 'stop/wide.jpg')), 16, 16, 'crop')
    expect(rasterOf(read.images, 0).data).toEqual(alone.data)
  })
})
