import { describe, expect, it } from 'vitest'
import { concatImages, images, sliceImages, toBytes, toFloats } from '#core/tensor/Images'
import { imagesOf, rasterOf } from '#core/tensor/Raster'

const spec = { channels: 3, height: 2, width: 1 }

describe('Images', () => {
  it('brings every 8-bit level back', () => {
    const levels = images(
      Uint8Array.from({ length: 256 }, (_, i) => i),
      { channels: 1, height: 16, width: 16 },
    )
    expect(toBytes(toFloats(levels)).data).toEqual(levels.data)
  })

  it('clips and survives NaN', () => {
    const batch = images(Float32Array.of(-1, 2, NaN, 0.5, 0.498, 1), spec)
    expect([...toBytes(batch).data]).toEqual([0, 255, 0, 128, 127, 255])
  })

  it('refuses data that do not fill whole images', () => {
    expect(() => images(new Float32Array(7), spec)).toThrow(/multiple of 6 values.*got 7/)
  })

  it('slices and joins', () => {
    const batch = images(
      Uint8Array.from({ length: 18 }, (_, i) => i),
      spec,
    )
    const parts = [sliceImages(batch, 0, 1), sliceImages(batch, 1, 3)]
    expect(concatImages(parts).data).toEqual(batch.data)
  })

  it('turns to interleaved pictures and back', () => {
    const batch = images(
      Uint8Array.from({ length: 12 }, (_, i) => i),
      spec,
    )
    expect([...rasterOf(batch, 1).data]).toEqual([6, 8, 10, 7, 9, 11])
    expect(imagesOf([rasterOf(batch, 0), rasterOf(batch, 1)], 3).data).toEqual(batch.data)
  })
})
