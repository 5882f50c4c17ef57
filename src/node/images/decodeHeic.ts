import heicDecode from 'heic-decode'
import { HalftoneError } from '#core/errors'
import { raster, type Raster } from '#core/tensor/Raster'
import { refuseLarge } from './pixelLimit'

/** The `ftyp` brands of HEVC-coded still pictures (ISO/IEC 23008-12, B.4). AVIF is libvips' own to read. */
const brands = new Set(['heic', 'heix', 'hevc', 'hevx', 'mif1', 'msf1'])

/** True when the file starts with an ISO base media `ftyp` box of a HEIC brand, and does not name AVIF as well. */
export function isHeic(bytes: Uint8Array): boolean {
  const text = String.fromCharCode(...bytes.subarray(4, 64))
  return text.startsWith('ftyp') && brands.has(text.slice(4, 8)) && !text.includes('avif')
}

/**
 * The primary picture of a HEIC file by libheif, which already turns and mirrors it as the container says. The EXIF
 * orientation repeats that turn and is therefore left alone.
 *
 * @throws HalftoneError `unreadable-file` or, above 64 megapixels, `unsupported`.
 */
export async function decodeHeic(bytes: Uint8Array, name: string): Promise<Raster> {
  try {
    checkBoxes(bytes)
    const pictures = await heicDecode.all({ buffer: bytes })
    try {
      const first = pictures[0]
      if (!first) throw new Error('it holds no picture')
      refuseLarge(first.width, first.height, name)
      const { width, height, data } = await first.decode()
      const out = raster(width, height, 3)
      for (let i = 0, p = 0; i < out.data.length; i += 3, p += 4) {
        out.data[i] = data[p]!
        out.data[i + 1] = data[p + 1]!
        out.data[i + 2] = data[p + 2]!
      }
      return out
    } finally {
      pictures.dispose()
    }
  } catch (error) {
    if (error instanceof HalftoneError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new HalftoneError('unreadable-file', `Cannot decode the HEIC picture in ${name}: ${reason}.`, {
      cause: error,
    })
  }
}

/**
 * libheif reports what it cannot parse on standard output, where machines may be listening; so the file's outer boxes
 * (ISO/IEC 14496-12, 4.2) are checked first: all there, to their ends.
 */
function checkBoxes(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let described = false
  for (let at = 0; at < bytes.length;) {
    const left = bytes.length - at
    if (left < 8) throw new Error('it is cut short')
    let size = view.getUint32(at)
    if (size === 1) {
      if (left < 16) throw new Error('it is cut short')
      size = Number(view.getBigUint64(at + 8))
    } else if (size === 0) size = left
    if (size < 8) throw new Error('its structure is broken')
    if (size > left) throw new Error('it is cut short')
    if (String.fromCharCode(...bytes.subarray(at + 4, at + 8)) === 'meta') described = true
    at += size
  }
  if (!described) throw new Error('it holds no picture')
}
