import PDFDocument from 'pdfkit'
import type { Block, Report } from '#core/report/Report'
import { registerFonts } from './fonts'
import { ImageShelf } from './ImageShelf'
import { MM } from './points'
import { drawFigure } from './report/figure'
import { baseline, Flow } from './report/Flow'
import { drawCode, drawFacts, drawHeading, drawParagraph } from './report/prose'
import { drawPictures, drawStrips } from './report/strips'
import { drawTable } from './report/table'
import { leading, margins, type } from './report/typography'
import { wrap } from './report/wrap'
import { drawLine } from './text'

export interface ReportOptions {
  readonly paper: 'A4' | 'Letter'
  /** Goes into the file; the same date gives the same bytes. 1970 by default. */
  readonly date?: Date
}

const sizes = { A4: [210 * MM, 297 * MM], Letter: [612, 792] } satisfies Record<string, [number, number]>

/** Sets a report as PDF: text and plots as vectors, an outline, page numbers. The same report gives the same bytes. */
export async function reportPdf(report: Report, options: ReportOptions): Promise<Uint8Array> {
  const doc = new PDFDocument({
    autoFirstPage: false,
    bufferPages: true,
    size: sizes[options.paper],
    margin: 0,
    lang: 'en',
    displayTitle: true,
    info: {
      Title: report.title,
      Subject: report.subtitle,
      Creator: 'Halftone',
      Producer: 'Halftone',
      CreationDate: options.date ?? new Date(0),
    },
  })
  const chunks: Buffer[] = []
  const done = new Promise<void>((resolve, reject) => {
    doc.on('data', (chunk: Buffer) => chunks.push(chunk))
    doc.on('end', resolve)
    doc.on('error', reject)
  })
  registerFonts(doc)
  const shelf = new ImageShelf(doc)
  const flow = new Flow(doc)
  drawTitle(flow, report)
  report.blocks.forEach((block, i) => {
    drawBlock(flow, shelf, block, report.blocks[i + 1])
  })
  drawFeet(doc, report)
  doc.end()
  await done
  return new Uint8Array(Buffer.concat(chunks))
}

function drawTitle(flow: Flow, report: Report): void {
  for (const line of wrap(flow.doc, report.title, flow.width, type.title)) flow.line(line, type.title)
  flow.space(3)
  for (const line of wrap(flow.doc, report.subtitle, flow.width, type.subtitle))
    flow.line(line, type.subtitle)
  flow.space(2)
  flow.line(report.created, type.note)
  flow.space(16)
}

/** How much of a block, in points, a heading above it must have on its own page. */
const leastHeight: Readonly<Record<Block['kind'], number>> = {
  heading: 40,
  paragraph: 70,
  facts: 50,
  table: 130,
  figure: 200,
  strips: 160,
  pictures: 160,
  code: 50,
}

function drawBlock(flow: Flow, shelf: ImageShelf, block: Block, next: Block | undefined): void {
  switch (block.kind) {
    case 'heading':
      drawHeading(flow, block.text, next ? leastHeight[next.kind] : 0)
      return
    case 'paragraph':
      drawParagraph(flow, block.text)
      return
    case 'facts':
      drawFacts(flow, block.facts)
      return
    case 'table':
      drawTable(flow, block.table)
      return
    case 'figure':
      drawFigure(flow, block)
      return
    case 'strips':
      drawStrips(flow, shelf, block)
      return
    case 'pictures':
      drawPictures(flow, shelf, block)
      return
    case 'code':
      drawCode(flow, block.lines)
  }
}

/** Name and page number at the foot of every page, once it is known how many there are. */
function drawFeet(doc: PDFKit.PDFDocument, report: Report): void {
  const { start, count } = doc.bufferedPageRange()
  for (let i = start; i < start + count; i++) {
    doc.switchToPage(i)
    const y = baseline(doc.page.height - margins.foot - leading(type.note), type.note)
    const right = doc.page.width - margins.side
    const number = drawLine(doc, `${i + 1} of ${count}`, right, y, { ...type.note, align: 'right' })
    drawLine(doc, report.running, margins.side, y, type.note, right - margins.side - number - 12)
  }
}
