import type { Raster } from '#core/tensor/Raster'
import { decodePicture } from '../images/decodePicture'

/**
 * A photo file as an upright 8-bit sRGB picture: PNG, JPEG, HEIC, up to 64 megapixels.
 * @param source path, or the file's bytes
 * @throws HalftoneError `not-found`, `unreadable-file` or `unsupported`; see decodePicture
 */
export function readPhoto(source: string | Uint8Array): Promise<Raster> {
  return decodePicture(source)
}
