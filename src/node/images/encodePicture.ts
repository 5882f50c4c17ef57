import sharp, { type Sharp } from 'sharp'
import type { Raster } from '#core/tensor/Raster'

/** JPEG quality 1..100 (libjpeg's scale) and chroma resolution: '4:2:0' is what cameras write. */
export interface JpegOptions {
  readonly quality: number
  readonly chroma: '4:2:0' | '4:4:4'
}

/** Lossless 8-bit PNG (grey, RGB or RGBA as the picture is), without metadata: the same pixels give the same bytes. */
export async function encodePng(picture: Raster): Promise<Uint8Array> {
  const encoder = open(picture)
  const buffer = await (picture.channels === 1 ? encoder.toColourspace('b-w') : encoder)
    .png({ compressionLevel: 6, adaptiveFiltering: false, palette: false })
    .toBuffer()
  return withoutChunk(buffer, 'pHYs')
}

/** Baseline JPEG with standard Huffman optimisation, without metadata. Alpha is laid on white. */
export async function encodeJpeg(picture: Raster, options: JpegOptions): Promise<Uint8Array> {
  const encoder = open(picture)
  const flat = picture.channels === 4 ? encoder.flatten({ background: '#ffffff' }) : encoder
  const buffer = await (picture.channels === 1 ? flat.toColourspace('b-w') : flat)
    .jpeg({ quality: options.quality, chromaSubsampling: options.chroma, progressive: false, mozjpeg: false })
    .toBuffer()
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}

function open({ data, width, height, channels }: Raster): Sharp {
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
}

/** libvips writes a print resolution that nobody chose; a sheet gives its own sizes in mm. */
function withoutChunk(png: Uint8Array, type: string): Uint8Array {
  const view = new DataView(png.buffer, png.byteOffset, png.length)
  for (let at = 8; at < png.length;) {
    const end = at + 12 + view.getUint32(at)
    if (String.fromCharCode(...png.subarray(at + 4, at + 8)) === type) {
      const out = new Uint8Array(png.length - (end - at))
      out.set(png.subarray(0, at))
      out.set(png.subarray(end), at)
      return out
    }
    at = end
  }
  return new Uint8Array(png.buffer, png.byteOffset, png.length)
}
