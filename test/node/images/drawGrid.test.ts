import { describe, expect, it } from 'vitest'
import { raster, type Raster } from '#core/tensor/Raster'
import { decodePicture } from '#node/images/decodePicture'
import { drawGrid, type Grid } from '#node/images/drawGrid'
import { TextPen } from '#node/images/drawText'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from '../../support/temporary'

async function drawn(grid: Grid): Promise<Raster> {
  const path = join(await temporaryFolder(), 'grid.png')
  await writeFile(path, await drawGrid(grid))
  return await decodePicture(path)
}

const pixel = (picture: Raster, x: number, y: number) =>
  [...picture.data.subarray((y * picture.width + x) * picture.channels).subarray(0, 3)].join()

/** Where a colour stands: its left, top, right and bottom, exclusive. */
function extent(picture: Raster, colour: string) {
  let [left, top, right, bottom] = [Infinity, Infinity, 0, 0]
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++) {
      if (pixel(picture, x, y) !== colour) continue
      left = Math.min(left, x)
      top = Math.min(top, y)
      right = Math.max(right, x + 1)
      bottom = Math.max(bottom, y + 1)
    }
  }
  return { left, top, width: right - left, height: bottom - top }
}

const plain = (size: number, colour: readonly [number, number, number]) =>
  raster(
    size,
    size,
    3,
    Uint8Array.from({ length: size * size * 3 }, (_, i) => colour[i % 3]!),
  )

describe('lines of text', () => {
  it('stand on one baseline whatever letters they have', async () => {
    const pen = await TextPen.open()
    const bottomOf = async (text: string) => {
      const { width, height, data, rise } = await pen.draw(text, 13)
      let last = 0
      for (let i = 0; i < data.length; i++) if (data[i]! > 100) last = Math.floor(i / width)
      expect(data.length).toBe(width * height)
      return last - rise
    }
    const base = await bottomOf('x')
    for (const text of ['T', 'left ahead', 'Å', '17']) expect(await bottomOf(text)).toBe(base)
    expect(await bottomOf('gjp')).toBeGreaterThan(base)
  })

  it('show the characters that mean something in markup', async () => {
    const pen = await TextPen.open()
    const widths = await Promise.all(['a<b>&c', 'a'].map(async (text) => (await pen.draw(text, 13)).width))
    expect(widths[0]).toBeGreaterThan(4 * widths[1]!)
  })
})

describe('a grid of pictures', () => {
  const cells = [
    { picture: plain(28, [255, 0, 0]), caption: ['red'] },
    { picture: plain(28, [0, 0, 255]), caption: ['a text that is far too long for the picture over it'] },
  ]

  it('sets small pictures side by side, enlarged by a whole number', async () => {
    const picture = await drawn({ title: 'Two', rows: [{ title: 'row', cells }] })
    const [red, blue] = [extent(picture, '255,0,0'), extent(picture, '0,0,255')]
    expect(red).toMatchObject({ width: 84, height: 84 })
    expect(blue).toMatchObject({ width: 84, height: 84, top: red.top, left: red.left + 84 + 12 })
    // Nothing is written over the margin, and the caption is cut to its picture.
    expect(pixel(picture, picture.width - 8, red.top + 100)).toBe('255,255,255')
    for (let y = red.top + 84; y < picture.height; y++) {
      for (let x = blue.left + 84; x < picture.width; x++) expect(pixel(picture, x, y)).toBe('255,255,255')
    }
  })

  it('reduces large pictures, repeats grey ones in all channels, and leaves places empty', async () => {
    const picture = await drawn({
      heads: ['one', 'two', 'three'],
      rows: [
        {
          title: 'a',
          cells: [{ picture: plain(300, [0, 200, 0]) }, {}, { picture: plain(300, [0, 0, 255]) }],
        },
      ],
    })
    const [green, blue] = [extent(picture, '0,200,0'), extent(picture, '0,0,255')]
    expect(green).toMatchObject({ width: 96, height: 96 })
    expect(blue.left).toBe(green.left + 2 * 108)
    const grey = { ...raster(32, 32, 1), data: new Uint8Array(1024).fill(130) }
    expect(
      extent(await drawn({ rows: [{ title: '', cells: [{ picture: grey }] }] }), '130,130,130'),
    ).toMatchObject({
      width: 96,
      height: 96,
    })
  })

  it('shows faintly what did not come off', async () => {
    const cell = { picture: plain(28, [255, 0, 0]), faint: true }
    const picture = await drawn({ rows: [{ title: '', cells: [cell] }] })
    expect(extent(picture, '255,179,179')).toMatchObject({ width: 84, height: 84 })
  })

  it('draws the same bytes again', async () => {
    const grid = { title: 'Twice', rows: [{ title: 'row', cells }] }
    expect(await drawGrid(grid)).toEqual(await drawGrid(grid))
  })
})
