import type { Raster } from '#core/tensor/Raster'

/** Picture files. */
export interface Pictures {
  /** PNG, JPEG or HEIC, turned upright, as 8-bit sRGB. @throws HalftoneError `unreadable-file`, `unsupported` */
  decode(bytes: Uint8Array): Promise<Raster>
  /** The same pixels give the same bytes. */
  encodePng(picture: Raster): Promise<Uint8Array>
  /** Through a JPEG file and back, colours at half size as cameras write them. @param quality 1..100 */
  throughJpeg(picture: Raster, quality: number): Promise<Raster>
}
