import PDFDocument from 'pdfkit'
import sharp from 'sharp'
import { frameSheet } from '#core/simulator/frame'
import { defaultLevel, drawParams, levels, resolutions } from '#core/simulator/levels'
import type { Resolution, StrengthLevel } from '#core/simulator/levels'
import { photograph } from '#core/simulator/photograph'
import { printPage } from '#core/simulator/printPage'
import { shrinkFor } from '#core/simulator/simulatePhoto'
import { Random } from '#core/tensor/Random'
import { encodeJpeg } from '#node/simulator/jpeg'
import { openPdf, type PdfFile } from '#node/simulator/rasterise'
import { printerDpi } from '#node/simulator/simulateSheet'
import { median, type Row } from './table'

const photosEach = 3
const side = 128
const dotsPerPixel = 8
const pointsPerDot = 72 / printerDpi

/** An A4 page as full as a sheet: 4 by 5 pictures of smooth noise, 8 dots a pixel. */
async function fullPage(): Promise<Uint8Array> {
  const random = new Random('bench page')
  const document = new PDFDocument({ size: 'A4', margin: 0 })
  const chunks: Buffer[] = []
  document.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = new Promise((resolve) => document.on('end', resolve))
  for (let n = 0; n < 20; n++) {
    const pixels = Uint8Array.from(
      { length: side * side * 3 },
      (_, i) => 90 + 60 * Math.sin(i / 997 + n) + random.int(40),
    )
    const png = await sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
      .png()
      .toBuffer()
    const x = 300 + (n % 4) * 1120
    const y = 500 + Math.floor(n / 4) * 1200
    document.image(png, x * pointsPerDot, y * pointsPerDot, { width: side * dotsPerPixel * pointsPerDot })
  }
  document.end()
  await ended
  return new Uint8Array(Buffer.concat(chunks))
}

interface Times {
  raster: number
  print: number
  camera: number
  jpeg: number
}

async function timeOne(
  file: PdfFile,
  level: StrengthLevel,
  resolution: Resolution,
  seed: number,
): Promise<Times> {
  const random = new Random(`bench/${seed}`)
  const params = drawParams(level, resolution, random)
  const clock = [performance.now()]
  const page = file.rasterise(0, printerDpi)
  clock.push(performance.now())
  const geometry = frameSheet(file.pageSize(0), resolutions[resolution], params, random)
  const printed = printPage(page, printerDpi, shrinkFor(geometry, printerDpi), params, random)
  clock.push(performance.now())
  const photo = photograph(printed, geometry, params, random)
  clock.push(performance.now())
  await encodeJpeg(photo, params.jpegQuality)
  clock.push(performance.now())
  const [raster, print, camera, jpeg] = clock.slice(1).map((time, i) => time - clock[i]!) as [
    number,
    number,
    number,
    number,
  ]
  return { raster, print, camera, jpeg }
}

/** Time of one photo on one thread, from the PDF to the JPEG, and how it is spent. The first photo is not counted. */
export async function benchSimulator(): Promise<readonly Row[]> {
  using file = await openPdf(await fullPage())
  const rows: Row[] = []
  const measure = async (level: StrengthLevel, resolution: Resolution): Promise<void> => {
    const times: Times[] = []
    for (let i = 0; i <= photosEach; i++) times.push(await timeOne(file, level, resolution, i))
    times.shift()
    const total = median(times.map(({ raster, print, camera, jpeg }) => raster + print + camera + jpeg))
    const part = (name: keyof Times): string =>
      `${name} ${Math.round(median(times.map((time) => time[name])))} ms`
    const ratio = total / median(times.map(({ jpeg }) => jpeg))
    rows.push({
      name: `${resolution}, ${level}`,
      value: total / 1000,
      unit: 's',
      ...(resolution === '12MP' && level === defaultLevel ? { reference: 'at most 2' } : {}),
      note: `${part('raster')}, ${part('print')}, ${part('camera')}, ${part('jpeg')}; ${ratio.toFixed(0)} JPEG encodings`,
    })
  }
  for (const level of Object.keys(levels) as StrengthLevel[]) await measure(level, '12MP')
  await measure(defaultLevel, '1080p')
  await measure(defaultLevel, '720p')
  rows.push({ name: 'memory at the end', value: process.memoryUsage().rss / 2 ** 20, unit: 'MB' })
  return rows
}
