import PDFDocument from 'pdfkit'
import sharp from 'sharp'
import { Random } from '#core/tensor/Random'

const pointsPerDot = 72 / 600

/** Where one placed picture stands, in dots of a 600 dpi page, and how many dots each of its pixels covers. */
export interface Placed {
  readonly x: number
  readonly y: number
  readonly dots: number
}

export const placed: readonly Placed[] = [
  { x: 203, y: 301, dots: 8 },
  { x: 1007, y: 309, dots: 5 },
  { x: 211, y: 1001, dots: 3 },
  { x: 1501, y: 1203, dots: 1 },
]

/** 64 x 64 random pixels, RGB. */
export function noisePixels(): Uint8Array {
  const random = new Random('pixels')
  return Uint8Array.from({ length: 64 * 64 * 3 }, () => random.int(256))
}

/** A small page (80 x 70 mm) with one picture at several sizes on the 600 dpi grid and a black square; two pages. */
export async function smallPdf(): Promise<Uint8Array> {
  const png = await sharp(noisePixels(), { raw: { width: 64, height: 64, channels: 3 } })
    .png()
    .toBuffer()
  const document = new PDFDocument({
    size: [(80 / 25.4) * 72, (70 / 25.4) * 72],
    margin: 0,
    autoFirstPage: false,
  })
  const chunks: Buffer[] = []
  document.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = new Promise((resolve) => document.on('end', resolve))
  for (let page = 0; page < 2; page++) {
    document.addPage()
    for (const { x, y, dots } of placed) {
      const width = 64 * dots * pointsPerDot
      document.image(png, x * pointsPerDot, y * pointsPerDot, { width, height: width })
    }
    document
      .rect(100 * pointsPerDot, 1400 * pointsPerDot, 150 * pointsPerDot, 150 * pointsPerDot)
      .fill('black')
  }
  document.end()
  await ended
  return new Uint8Array(Buffer.concat(chunks))
}
