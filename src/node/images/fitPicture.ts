import sharp from 'sharp'
import { raster, type Raster } from '#core/tensor/Raster'

/**
 * How a picture of another shape comes to a given size. `crop` covers the size and cuts what stands over, equally on
 * both sides; `pad` shows the whole picture on mid grey; `stretch` changes its shape.
 */
export type Fit = 'crop' | 'pad' | 'stretch'

const fits = { crop: 'cover', pad: 'contain', stretch: 'fill' } as const satisfies Record<Fit, string>

/**
 * Resizes to exactly `width` x `height` with a Lanczos filter of three lobes, widened when it shrinks, so that fine
 * detail does not alias. A picture that already fits is returned as it is, to the bit.
 */
export async function fitPicture(picture: Raster, width: number, height: number, fit: Fit): Promise<Raster> {
  if (picture.width === width && picture.height === height) return picture
  const { data, info } = await sharp(picture.data, {
    raw: { width: picture.width, height: picture.height, channels: picture.channels },
    limitInputPixels: false,
  })
    .resize({
      width,
      height,
      fit: fits[fit],
      position: 'centre',
      background: { r: 128, g: 128, b: 128, alpha: 1 },
      kernel: 'lanczos3',
      fastShrinkOnLoad: false,
    })
    .raw()
    .toBuffer({ resolveWithObject: true })
  return raster(
    info.width,
    info.height,
    info.channels as 1 | 3 | 4,
    new Uint8Array(data.buffer, data.byteOffset, data.length),
  )
}
