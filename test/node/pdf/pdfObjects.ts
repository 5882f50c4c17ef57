import { inflateSync } from 'node:zlib'

/** One indirect object of a PDF as this project writes them: no object streams, no encryption. */
export interface PdfObject {
  readonly id: number
  readonly dictionary: string
  readonly stream: Buffer | null
}

/** Every indirect object of a file, by scanning it. Stream lengths are taken from the dictionaries. */
export function pdfObjects(file: Uint8Array): PdfObject[] {
  const bytes = Buffer.from(file)
  const text = bytes.toString('latin1')
  const objects: PdfObject[] = []
  const start = /(\d+) 0 obj\n/g
  for (let found = start.exec(text); found; found = start.exec(text)) {
    const from = found.index + found[0].length
    const end = text.indexOf('endobj', from)
    const streamAt = text.indexOf('\nstream\n', from)
    const hasStream = streamAt >= 0 && streamAt < end
    const dictionary = text.slice(from, hasStream ? streamAt : end)
    const length = Number(/\/Length (\d+)/.exec(dictionary)?.[1] ?? 0)
    const data = hasStream ? bytes.subarray(streamAt + 8, streamAt + 8 + length) : null
    objects.push({ id: Number(found[1]), dictionary, stream: data })
    if (hasStream) start.lastIndex = streamAt + 8 + length
  }
  return objects
}

/** The stream's bytes, inflated where it is packed. */
export function contentOf({ dictionary, stream }: PdfObject): Buffer {
  if (!stream) return Buffer.alloc(0)
  return dictionary.includes('/FlateDecode') ? inflateSync(stream) : stream
}

export interface EmbeddedImage {
  readonly id: number
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly interpolated: boolean
  readonly pixels: Uint8Array
}

/** The images of a file with their pixels, PNG row filters undone (PNG 1.2, section 6). */
export function embeddedImages(file: Uint8Array): EmbeddedImage[] {
  return pdfObjects(file)
    .filter(({ dictionary }) => dictionary.includes('/Subtype /Image'))
    .map((object) => {
      const number = (key: string): number =>
        Number(new RegExp(`/${key} (\\d+)`).exec(object.dictionary)?.[1])
      const [width, height, channels] = [number('Width'), number('Height'), number('Colors')]
      return {
        id: object.id,
        width,
        height,
        channels,
        interpolated: /\/Interpolate true/.test(object.dictionary),
        pixels: unfilter(contentOf(object), width * channels, height, channels),
      }
    })
}

function unfilter(rows: Buffer, stride: number, height: number, step: number): Uint8Array {
  const out = new Uint8Array(stride * height)
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)]!
    for (let i = 0; i < stride; i++) {
      const at = y * stride + i
      const left = i >= step ? out[at - step]! : 0
      const above = y > 0 ? out[at - stride]! : 0
      const corner = i >= step && y > 0 ? out[at - stride - step]! : 0
      const predicted = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter]!
      out[at] = rows[y * (stride + 1) + 1 + i]! + predicted
    }
  }
  return out
}

function paeth(a: number, b: number, c: number): number {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)]
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c
}
