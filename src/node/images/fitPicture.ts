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
 *
 * @param shortSide for `crop`: the short side is scaled to this and the middle cut out, as models with a crop share expect;
 *   by default just what covers the size.
 */
export async function fitPicture(
  picture: Raster,
  width: number,
  height: number,
  fit: Fit,
  shortSide: number | null = null,
): Promise<Raster> {
  if (picture.width === width && picture.height === height) return picture
  // Cutting the middle out of a larger picture is resizing to a larger size and then cutting.
  const wider = fit === 'crop' && shortSide !== null ? Math.max(1, shortSide / Math.min(width, height)) : 1
  const [wide, high] = [Math.round(width * wider), Math.round(height * wider)]
  const resized = sharp(picture.data, {
    raw: { width: picture.width, height: picture.height, channels: picture.channels },
    limitInputPixels: false,
  }).resize({
    width: wide,
    height: high,
    fit: fits[fit],
    position: 'centre',
    background: { r: 128, g: 128, b: 128, alpha: 1 },
    kernel: 'lanczos3',
    fastShrinkOnLoad: false,
  })
  const cut =
    wider === 1
      ? resized
      : resized.extract({
          left: Math.round((wide - width) / 2),
          top: Math.round((high - height) / 2),
          width,
          height,
        })
  const { data, info } = await cut.raw().toBuffer({ resolveWithObject: true })
  return raster(
    info.width,
    info.height,
    info.channels as 1 | 3 | 4,
    new Uint8Array(data.buffer, data.byteOffset, data.length),
  )
}
