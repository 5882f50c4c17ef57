import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import PDFDocument from 'pdfkit'
import { HalftoneError, throwIfCancelled, type CancelSignal } from '#core/errors'
import type { LaidSheet, SheetLayout } from '#core/sheet/SheetLayout'
import { registerFonts } from './fonts'
import { ImageShelf, type PdfImage } from './ImageShelf'
import { gridBox, gridPoints } from './points'
import { drawCaption, drawFooter, drawHeader } from './sheetText'
import { codeContent, fixedContent } from './vectors'

/** One pair of images with what its caption says. */
export interface SheetPair {
  /** The image's number or name. */
  readonly index: string
  /** Its true class. */
  readonly label: string
  /** How the adversarial image was made: "fast, ε = 16". */
  readonly method: string
  readonly clean: PdfImage
  readonly adversarial: PdfImage
}

export interface SheetsDocument {
  /** The experiment's name, for the header. */
  readonly name: string
  /** The experiment's code, as in the QR codes. */
  readonly code: string
  readonly layout: SheetLayout
  readonly sheets: readonly LaidSheet[]
  /** A pair by its number in the plan. Asked for once each, in order, so that 100 sheets need not be in memory. */
  readonly pair: (index: number) => SheetPair | Promise<SheetPair>
  /** Goes into the file; the same date gives the same bytes. 1970 by default. */
  readonly date?: Date
}

export interface WriteOptions {
  readonly signal?: CancelSignal
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

/**
 * Writes sheets as a PDF, a page each, at true size: images lossless at their exact pixels, codes and marks as vectors,
 * everything on the 600 dpi grid. Every image is stored once, whichever sheets it is on.
 *
 * @throws HalftoneError `shape-mismatch` for an image of another size than the layout's, `cancelled`, and those of PNG reading.
 */
export async function writeSheets(
  input: SheetsDocument,
  out: Writable,
  options: WriteOptions = {},
): Promise<void> {
  const { paper } = input.layout.template
  const doc = new PDFDocument({
    autoFirstPage: false,
    size: [gridPoints(paper.width), gridPoints(paper.height)],
    margin: 0,
    info: {
      Title: `${input.name}: sheets`,
      Creator: 'Halftone',
      Producer: 'Halftone',
      CreationDate: input.date ?? new Date(0),
    },
  })
  const stop = new AbortController()
  const written = pipeline(doc, out, { signal: stop.signal })
  // The reason is thrown below, where it is awaited; without this a failure while drawing would count as unhandled.
  written.catch(() => undefined)
  try {
    await drawSheets(doc, input, options, out, written)
    doc.end()
  } catch (error) {
    stop.abort()
    await written.catch(() => undefined)
    throw error
  }
  await written
}

/** {@link writeSheets} to a file. An unfinished file stays behind when it fails: write beside the target and rename. */
export async function writeSheetsFile(
  input: SheetsDocument,
  path: string,
  options: WriteOptions = {},
): Promise<void> {
  await writeSheets(input, createWriteStream(path), options)
}

async function drawSheets(
  doc: PDFKit.PDFDocument,
  input: SheetsDocument,
  { signal, onProgress }: WriteOptions,
  out: Writable,
  written: Promise<void>,
): Promise<void> {
  registerFonts(doc)
  const shelf = new ImageShelf(doc)
  const fixed = formOf(doc, input)
  for (const [done, sheet] of input.sheets.entries()) {
    throwIfCancelled(signal)
    doc.addPage()
    doc.page.xobjects.Fixed = fixed
    doc.addContent('/Fixed Do')
    doc.addContent(codeContent(sheet.geometry.codes))
    drawHeader(doc, input, sheet)
    drawFooter(doc, input.layout)
    for (let i = 0; i < sheet.pairs; i++) {
      drawPair(doc, shelf, input, sheet, i, await input.pair(sheet.firstPair + i))
    }
    await keepUp(out, written)
    onProgress?.({ done: done + 1, total: input.sheets.length })
  }
}

/** Lets the page just drawn flow out, and waits for a slow disk, so that pages do not gather in memory. */
async function keepUp(out: Writable, written: Promise<void>): Promise<void> {
  await setImmediate()
  while (out.writableNeedDrain) await Promise.race([once(out, 'drain'), written])
}

function drawPair(
  doc: PDFKit.PDFDocument,
  shelf: ImageShelf,
  { layout }: SheetsDocument,
  sheet: LaidSheet,
  index: number,
  pair: SheetPair,
): void {
  for (const [offset, role] of (['clean', 'adversarial'] as const).entries()) {
    const at = 2 * index + offset
    const box = gridBox(sheet.geometry.slots[at]!.box)
    const size = shelf.place(pair[role], box.x, box.y, box.width, box.height)
    const expected = layout.template.image
    if (size.width !== expected.width || size.height !== expected.height) {
      throw new HalftoneError(
        'shape-mismatch',
        `Expected images of ${expected.width}x${expected.height} pixels on these sheets, got ${size.width}x${size.height} ` +
          `for the ${role} image of pair ${sheet.firstPair + index + 1} (${pair.label}).`,
      )
    }
    drawCaption(doc, gridBox(sheet.captions[at]!), role, pair)
  }
}

/** What all pages share, stored once. */
function formOf(doc: PDFKit.PDFDocument, { layout }: SheetsDocument): PDFKit.PDFKitReference {
  const { paper } = layout.template
  const form = doc.ref({
    Type: 'XObject',
    Subtype: 'Form',
    BBox: [0, 0, gridPoints(paper.width), gridPoints(paper.height)],
    Resources: {},
  })
  form.end(fixedContent(layout.template))
  return form
}
