import { readFile } from 'node:fs/promises'
import sharp, { type Sharp } from 'sharp'
import { HalftoneError } from '#core/errors'
import { raster, type Raster } from '#core/tensor/Raster'
import { decodeHeic, isHeic } from './decodeHeic'
import { refuseLarge } from './pixelLimit'

/**
 * Reads a picture file (PNG, JPEG, HEIC, and what else libvips knows: WebP, TIFF, AVIF, GIF) as 8-bit sRGB, three channels,
 * turned upright as its EXIF orientation or HEIC container asks. An embedded colour profile is applied (HEIC: taken
 * as sRGB), transparent pixels are laid on white, 16-bit values are rounded to 8, CMYK and grey become RGB.
 *
 * @param source The file's bytes, or its path.
 * @throws HalftoneError `not-found` for a missing file, `unreadable-file` for one that is no picture, broken or cut
 * short, `unsupported` above 64 megapixels.
 */
export async function decodePicture(source: Uint8Array | string): Promise<Raster> {
  const name = typeof source === 'string' ? source : 'this file'
  const bytes = typeof source === 'string' ? await readBytes(source) : source
  if (bytes.length === 0) {
    throw new HalftoneError('unreadable-file', `Expected a picture in ${name}, got an empty file.`)
  }
  if (isHeic(bytes)) return decodeHeic(bytes, name)
  try {
    const picture = sharp(bytes, { failOn: 'error', limitInputPixels: false })
    const { width, height } = await picture.metadata()
    refuseLarge(width, height, name)
    return await toRaster(picture)
  } catch (error) {
    if (error instanceof HalftoneError) throw error
    const reason = error instanceof Error ? error.message.split('\n')[0]! : String(error)
    throw new HalftoneError(
      'unreadable-file',
      `Expected a PNG, JPEG or HEIC picture in ${name}, but it cannot be read: ${reason}. Open and save it again, or leave it out.`,
      { cause: error },
    )
  }
}

async function toRaster(picture: Sharp): Promise<Raster> {
  const { data, info } = await picture
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length)
  if (info.channels === 3) return raster(info.width, info.height, 3, bytes)
  return raster(info.width, info.height, 3, firstThree(bytes, info.channels))
}

/** RGB from interleaved pixels of 1 or 2 (grey, alpha) or 4 (RGB, alpha) channels. */
function firstThree(data: Uint8Array, channels: number): Uint8Array {
  const pixels = data.length / channels
  const out = new Uint8Array(pixels * 3)
  const step = channels >= 3 ? 1 : 0
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < 3; c++) out[i * 3 + c] = data[i * channels + c * step]!
  }
  return out
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT') {
      throw new HalftoneError('not-found', `Expected a picture at ${path}, found no file.`, { cause: error })
    }
    throw new HalftoneError('unreadable-file', `Cannot read ${path} (${code ?? String(error)}).`, {
      cause: error,
    })
  }
}
