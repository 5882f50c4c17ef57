import type { Raster } from '#core/tensor/Raster'

export interface PreviewFile {
  readonly bytes: Uint8Array
  readonly type: 'image/png' | 'image/jpeg' | 'image/webp'
}

/** Picture files. */
export interface Pictures {
  /** PNG, JPEG or HEIC, turned upright, as 8-bit sRGB. @throws HalftoneError `unreadable-file`, `unsupported` */
  decode(bytes: Uint8Array): Promise<Raster>
  /** The same pixels give the same bytes. */
  encodePng(picture: Raster): Promise<Uint8Array>
  /** A picture file made smaller, to fit into a square of this many pixels; as it is when it already does. */
  thumbnail(bytes: Uint8Array, side: number): Promise<Raster>
  /**
   * A picture file made smaller for a screen, as a file that browsers show; as it is when they do and it already fits
   * into a square of `side` pixels. Quick rather than exact.
   */
  preview(bytes: Uint8Array, side: number): Promise<PreviewFile>
  /** Brought to a size exactly: cut equally on both sides, set on mid grey, or stretched. As it is when it fits. */
  fit(picture: Raster, width: number, height: number, fit: 'crop' | 'pad' | 'stretch'): Promise<Raster>
  /** Through a JPEG file and back, colours at half size as cameras write them. @param quality 1..100 */
  throughJpeg(picture: Raster, quality: number): Promise<Raster>
}
