import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { HalftoneError } from '#core/errors'
import type { Raster } from '#core/tensor/Raster'
import { pngData, type PngData } from './pngData'

/** A picture for a PDF: the bytes of a PNG file, whose pixel stream is taken over as it is, or pixels. */
export type PdfImage = Uint8Array | Raster

export interface Size {
  readonly width: number
  readonly height: number
}

/** Pictures of one document, each stored once however often it is placed. Never asks the viewer to interpolate. */
export class ImageShelf {
  readonly #doc: PDFKit.PDFDocument
  readonly #stored = new Map<
    string,
    { readonly name: string; readonly ref: PDFKit.PDFKitReference; size: Size }
  >()

  constructor(doc: PDFKit.PDFDocument) {
    this.#doc = doc
  }

  /**
   * Draws a picture into a box on the current page, in points from the top left.
   *
   * @returns The picture's size in pixels.
   */
  place(image: PdfImage, x: number, y: number, width: number, height: number): Size {
    const { name, ref, size } = this.#store(image)
    this.#doc.page.xobjects[name] = ref
    const n = (value: number): string => String(Math.round(value * 1000) / 1000)
    this.#doc.addContent(`q ${n(width)} 0 0 ${n(-height)} ${n(x)} ${n(y + height)} cm /${name} Do Q`)
    return size
  }

  /** A picture's size in pixels. */
  sizeOf(image: PdfImage): Size {
    return image instanceof Uint8Array ? pngData(image) : image
  }

  #store(image: PdfImage): { name: string; ref: PDFKit.PDFKitReference; size: Size } {
    const data = image instanceof Uint8Array ? pngData(image) : rasterData(image)
    const key = createHash('sha256').update(data.flate).update(`${data.width} ${data.channels}`).digest('hex')
    const known = this.#stored.get(key)
    if (known) return known
    const ref = this.#doc.ref({
      Type: 'XObject',
      Subtype: 'Image',
      Width: data.width,
      Height: data.height,
      BitsPerComponent: 8,
      ColorSpace: data.channels === 1 ? 'DeviceGray' : 'DeviceRGB',
      Filter: 'FlateDecode',
      DecodeParms: { Predictor: 15, Colors: data.channels, BitsPerComponent: 8, Columns: data.width },
    })
    ref.end(data.flate)
    const stored = {
      name: `P${this.#stored.size + 1}`,
      ref,
      size: { width: data.width, height: data.height },
    }
    this.#stored.set(key, stored)
    return stored
  }
}

/** PNG's filter Sub on every row: photographs and noise gain most of what the better heuristics would. */
function rasterData({ width, height, channels, data }: Raster): PngData {
  if (channels === 4) {
    throw new HalftoneError(
      'unsupported',
      'Expected a grey or RGB picture for a PDF, got one with transparency.',
    )
  }
  const stride = width * channels
  const rows = new Uint8Array((stride + 1) * height)
  for (let y = 0; y < height; y++) {
    const from = y * stride
    const to = y * (stride + 1)
    rows[to] = 1
    for (let i = 0; i < stride; i++) {
      rows[to + 1 + i] = data[from + i]! - (i < channels ? 0 : data[from + i - channels]!)
    }
  }
  return { width, height, channels, flate: deflateSync(rows) }
}
