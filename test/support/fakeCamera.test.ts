import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { raster } from '#core/tensor/Raster'
import { arrivingScenes, emptyScene, writeMjpeg, writeY4m, yuv420 } from './fakeCamera'
import { temporaryFolder } from './temporary'

describe('videos for a fake camera', () => {
  it('are JPEG files one after the other, byte for byte', async () => {
    const file = join(await temporaryFolder(), 'sheets.mjpeg')
    const scenes = [
      { picture: Uint8Array.of(0xff, 0xd8, 1, 0xff, 0xd9), frames: 2 },
      { picture: Uint8Array.of(0xff, 0xd8, 2, 0xff, 0xd9), frames: 1 },
    ]
    await writeMjpeg(file, scenes)
    expect([...(await readFile(file))].filter((byte) => byte < 3)).toEqual([1, 1, 2])
  })

  it('or frames of luma and chroma, with a header that Chromium reads', async () => {
    const file = join(await temporaryFolder(), 'sheets.y4m')
    const picture = raster(4, 2, 3, new Uint8Array(24).fill(255))
    await writeY4m(file, { width: 4, height: 2 }, [{ picture, frames: 2 }], 5)
    const video = await readFile(file)
    const header = 'YUV4MPEG2 W4 H2 F5:1 Ip A1:1 C420jpeg\n'
    expect(video.subarray(0, header.length).toString('latin1')).toBe(header)
    expect(video.length).toBe(header.length + 2 * ('FRAME\n'.length + 12))
  })

  it('have white, black and red where BT.601 has them', () => {
    const planes = (r: number, g: number, b: number) => {
      const one = yuv420(raster(2, 2, 3, Uint8Array.from([0, 0, 0, 0].flatMap(() => [r, g, b]))))
      return [one[0], one[4], one[5]]
    }
    expect(planes(255, 255, 255)).toEqual([235, 128, 128])
    expect(planes(0, 0, 0)).toEqual([16, 128, 128])
    expect(planes(255, 0, 0)).toEqual([81, 90, 240])
  })

  it('show a sheet that moves in from nothing, at one size throughout', async () => {
    const photo = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#fff' } })
      .jpeg()
      .toBuffer()
    const scenes = [await emptyScene({ width: 64, height: 48 }, 3), ...(await arrivingScenes(photo, 4))]
    expect(scenes.map(({ frames }) => frames)).toEqual([3, 1, 1, 1, 1])
    for (const { picture } of scenes) {
      expect(await sharp(picture).metadata()).toMatchObject({ width: 64, height: 48 })
    }
  })
})
