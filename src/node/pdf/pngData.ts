import { HalftoneError } from '#core/errors'

/** The compressed pixels of a PNG file as a PDF can take them over untouched. */
export interface PngData {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  /** zlib stream of filtered rows: FlateDecode with predictor 15. */
  readonly flate: Uint8Array
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/**
 * Takes the pixel stream out of a PNG file: 8-bit grey or RGB, not interlaced, no transparency, which is what Halftone
 * writes.
 *
 * @throws HalftoneError `unreadable-file`, `unsupported`
 */
export function pngData(file: Uint8Array): PngData {
  if (!SIGNATURE.every((byte, i) => file[i] === byte)) {
    throw new HalftoneError('unreadable-file', 'Expected a PNG file for the sheet, got something else.')
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  let head: { width: number; height: number; channels: 1 | 3 } | undefined
  const parts: Uint8Array[] = []
  for (let at = 8; at + 12 <= file.length;) {
    const length = view.getUint32(at)
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8))
    const from = at + 8
    if (from + length + 4 > file.length) break
    if (type === 'IHDR') head = header(view, from)
    if (type === 'tRNS') throw unsupported('transparency')
    if (type === 'IDAT') parts.push(file.subarray(from, from + length))
    if (type === 'IEND') {
      if (!head || parts.length === 0) break
      return { ...head, flate: parts.length === 1 ? parts[0]! : Buffer.concat(parts) }
    }
    at = from + length + 4
  }
  throw new HalftoneError('unreadable-file', 'Expected a whole PNG file for the sheet, got a truncated one.')
}

function header(view: DataView, at: number): { width: number; height: number; channels: 1 | 3 } {
  const depth = view.getUint8(at + 8)
  const colour = view.getUint8(at + 9)
  if (depth !== 8) throw unsupported(`${depth} bits a channel`)
  if (colour !== 0 && colour !== 2) throw unsupported(colour === 3 ? 'a palette' : 'transparency')
  if (view.getUint8(at + 12) !== 0) throw unsupported('interlacing')
  return { width: view.getUint32(at), height: view.getUint32(at + 4), channels: colour === 0 ? 1 : 3 }
}

function unsupported(what: string): HalftoneError {
  return new HalftoneError(
    'unsupported',
    `Expected an 8-bit grey or RGB PNG without interlacing or transparency for the sheet, got one with ${what}. ` +
      'Decode it and give its pixels instead.',
  )
}
