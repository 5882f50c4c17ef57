import type { Raster } from '#core/tensor/Raster'

/** Picture files. */
export interface Pictures {
  /** PNG, JPEG or HEIC, turned upright, as 8-bit sRGB. @throws HalftoneError `unreadable-file`, `unsupported` */
  decode(bytes: Uint8Array): Promise<Raster>
  /** The same pixels give the same bytes. */
  encodePng(picture: Raster): Promise<Uint8Array>
  /** A picture file made smaller, to fit into a square of this many pixels; as it is when it already does. */
  thumbnail(bytes: Uint8Array, side: number): Promise<Raster>
  /** Through a JPEG file and back, colours at half size as cameras write them. @param quality 1..100 */
  throughJpeg(picture: Raster, quality: number): Promise<Raster>
}
