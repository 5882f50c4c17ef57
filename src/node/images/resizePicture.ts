import sharp from 'sharp'
import { raster, type Raster } from '#core/tensor/Raster'

/** The whole picture at another size: `nearest` repeats pixels, `smooth` is Lanczos' filter, for pictures made smaller. */
export async function resizePicture(
  { data, width, height, channels }: Raster,
  toWidth: number,
  toHeight: number,
  how: 'nearest' | 'smooth',
): Promise<Raster> {
  const resized = sharp(data, { raw: { width, height, channels } }).resize(toWidth, toHeight, {
    fit: 'fill',
    kernel: how === 'nearest' ? 'nearest' : 'lanczos3',
    fastShrinkOnLoad: false,
  })
  const buffer = await (channels === 1 ? resized.toColourspace('b-w') : resized).raw().toBuffer()
  return raster(toWidth, toHeight, channels, new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length))
}
