import sharp from 'sharp'
import type { Raster } from '#core/tensor/Raster'

/**
 * A JPEG with colours at half size (4:2:0), as cameras write it, without any metadata.
 * @param quality 1 to 100, as libjpeg counts it.
 */
export async function encodeJpeg(picture: Raster, quality: number): Promise<Uint8Array> {
  const { width, height, channels, data } = picture
  return sharp(data, { raw: { width, height, channels } })
    .jpeg({ quality, chromaSubsampling: '4:2:0' })
    .toBuffer()
}

/** The picture after a JPEG file of this quality. */
export async function throughJpeg(picture: Raster, quality: number): Promise<Raster> {
  const { data, info } = await sharp(await encodeJpeg(picture, quality))
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, channels: info.channels as 1 | 3, data }
}
