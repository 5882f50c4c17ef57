import sharp, { type Metadata, type Sharp } from 'sharp'
import { HalftoneError } from '#core/errors'
import type { PreviewFile } from '#lab/ports/Pictures'
import { decodePicture } from '../images/decodePicture'

/** What browsers show as it is, by libvips' name of the format. */
const shown: Readonly<Record<string, PreviewFile['type']>> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
}

/** Of a JPEG: for the eye, at thumbnail size. */
const quality = 85

/**
 * A picture file for a screen. JPEG photos are shrunk while they are decoded, an eighth of the size at a time, which costs
 * a fraction of decoding them whole.
 * @throws HalftoneError `unreadable-file`, `unsupported`
 */
export async function previewPicture(bytes: Uint8Array, side: number): Promise<PreviewFile> {
  const { format, width, height, orientation } = await metadataOf(bytes)
  const type = format === undefined ? undefined : shown[format]
  const fits = width !== undefined && height !== undefined && Math.max(width, height) <= side
  // A turned picture is made upright here, since not every place that shows pictures heeds the mark.
  if (type && fits && (orientation ?? 1) === 1) return { bytes, type }
  if (!type) return encode(await decoded(bytes), side, 'image/jpeg')
  try {
    const input = sharp(bytes, { failOn: 'error', limitInputPixels: 64e6 }).autoOrient()
    return await encode(input, side, type)
  } catch (error) {
    throw unreadable(error)
  }
}

async function metadataOf(bytes: Uint8Array): Promise<Partial<Metadata>> {
  try {
    return await sharp(bytes).metadata()
  } catch {
    // HEIC, which libvips here may not know: decodePicture does, and says what is wrong with anything else.
    return {}
  }
}

async function decoded(bytes: Uint8Array): Promise<Sharp> {
  const { data, width, height, channels } = await decodePicture(bytes)
  return sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
}

async function encode(input: Sharp, side: number, type: PreviewFile['type']): Promise<PreviewFile> {
  const small = input
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
  const file =
    type === 'image/png'
      ? small.png({ compressionLevel: 6, palette: false })
      : type === 'image/webp'
        ? small.webp({ quality })
        : small.jpeg({ quality })
  const bytes = await file.toBuffer()
  return { bytes: new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), type }
}

function unreadable(cause: unknown): HalftoneError {
  if (cause instanceof HalftoneError) return cause
  const reason = cause instanceof Error ? cause.message.split('\n')[0]! : String(cause)
  return new HalftoneError('unreadable-file', `Expected a picture, but it cannot be read: ${reason}.`, {
    cause,
  })
}
