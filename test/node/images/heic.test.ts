import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { Raster } from '#core/tensor/Raster'
import { decodePicture } from '#node/images/decodePicture'

const folder = new URL('../../fixtures/pictures/', import.meta.url)

function levels(picture: Raster, x: number, y: number): number[] {
  const at = (y * picture.width + x) * 3
  return [...picture.data.subarray(at, at + 3)]
}

/** Both fixtures hold the same 48x32 pixels: red left, blue right, bright above, dark below. */
describe('HEIC pictures', () => {
  it('are decoded to RGB', async () => {
    const picture = await decodePicture(new Uint8Array(await readFile(new URL('upright.heic', folder))))
    expect([picture.width, picture.height, picture.channels]).toEqual([48, 32, 3])
    const [bright, dark, blue] = [levels(picture, 8, 6), levels(picture, 8, 26), levels(picture, 40, 6)]
    expect(bright[0]!).toBeGreaterThan(215)
    expect(bright[2]!).toBeLessThan(40)
    expect(dark[0]!).toBeGreaterThan(80)
    expect(dark[0]!).toBeLessThan(140)
    expect(blue[2]!).toBeGreaterThan(215)
  })

  it('are turned as their container asks', async () => {
    // The same picture with an `irot` of 270 degrees against the clock: a quarter turn clockwise.
    const picture = await decodePicture(new Uint8Array(await readFile(new URL('turned.heic', folder))))
    expect([picture.width, picture.height]).toEqual([32, 48])
    // The bright upper edge now stands on the right; red, once left, is above.
    expect(levels(picture, 26, 8)[0]!).toBeGreaterThan(215)
    expect(levels(picture, 26, 40)[2]!).toBeGreaterThan(215)
    expect(levels(picture, 6, 8)[0]!).toBeLessThan(140)
  })

  it('that are cut short or say nothing of a picture are refused', async () => {
    const bytes = new Uint8Array(await readFile(new URL('upright.heic', folder)))
    await expect(decodePicture(bytes.subarray(0, 300))).rejects.toThrow(/cut short/)
    await expect(decodePicture(bytes.subarray(0, bytes.length - 5))).rejects.toThrow(/cut short/)
    await expect(decodePicture(bytes.subarray(0, 28))).rejects.toThrow(/no picture/)
    await expect(decodePicture(bytes.subarray(0, 30))).rejects.toMatchObject({ code: 'unreadable-file' })
  })
})
