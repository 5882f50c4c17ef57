import type { Pictures } from '#lab/ports/Pictures'
import { decodePicture } from '../images/decodePicture'
import { encodeJpeg, encodePng } from '../images/encodePicture'
import { fitPicture } from '../images/fitPicture'
import { previewPicture } from './previewPicture'

/** Picture files by libvips and libheif. */
export const pictures: Pictures = {
  decode: decodePicture,
  encodePng,
  async thumbnail(bytes, side) {
    const picture = await decodePicture(bytes)
    const scale = Math.min(1, side / Math.max(picture.width, picture.height))
    const size = (length: number): number => Math.max(1, Math.round(length * scale))
    return fitPicture(picture, size(picture.width), size(picture.height), 'stretch')
  },
  preview: previewPicture,
  fit: fitPicture,
  async throughJpeg(picture, quality) {
    return decodePicture(await encodeJpeg(picture, { quality, chroma: '4:2:0' }))
  },
}
