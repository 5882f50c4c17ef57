import { inflateSync } from 'node:zlib'
import { HalftoneError } from '#core/errors'

/**
 * The TrueType font in a WOFF 1 file (W3C WOFF File Format 1.0, sections 3 to 5): the same tables, unpacked. fontkit
 * reads WOFF too, but unpacks a table again for every glyph.
 */
export function unpackWoff(file: Buffer): Buffer {
  if (file.length < 44 || file.toString('latin1', 0, 4) !== 'wOFF') {
    throw new HalftoneError(
      'unreadable-file',
      'Expected a WOFF 1 font in assets/fonts. Install Halftone again.',
    )
  }
  const count = file.readUInt16BE(12)
  const tables = Array.from({ length: count }, (_, i) => {
    const at = 44 + 20 * i
    const offset = file.readUInt32BE(at + 4)
    const packed = file.readUInt32BE(at + 8)
    const length = file.readUInt32BE(at + 12)
    const bytes = file.subarray(offset, offset + packed)
    return {
      tag: file.subarray(at, at + 4),
      checksum: file.readUInt32BE(at + 16),
      bytes: packed < length ? inflateSync(bytes) : bytes,
    }
  })
  const exponent = Math.floor(Math.log2(count))
  const head = Buffer.alloc(12 + 16 * count)
  file.copy(head, 0, 4, 8)
  head.writeUInt16BE(count, 4)
  head.writeUInt16BE(16 * 2 ** exponent, 6)
  head.writeUInt16BE(exponent, 8)
  head.writeUInt16BE(16 * (count - 2 ** exponent), 10)
  const parts: Buffer[] = [head]
  let offset = head.length
  tables.forEach(({ tag, checksum, bytes }, i) => {
    const at = 12 + 16 * i
    tag.copy(head, at)
    head.writeUInt32BE(checksum, at + 4)
    head.writeUInt32BE(offset, at + 8)
    head.writeUInt32BE(bytes.length, at + 12)
    const padding = Buffer.alloc((4 - (bytes.length % 4)) % 4)
    parts.push(bytes, padding)
    offset += bytes.length + padding.length
  })
  return Buffer.concat(parts)
}
