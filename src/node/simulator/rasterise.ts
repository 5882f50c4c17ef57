import { PDFiumModule } from '@hyzyla/pdfium'
import { HalftoneError } from '#core/errors'
import { raster, type Raster } from '#core/tensor/Raster'

/** PDFium's C functions that the package exports but its typings leave out. */
interface Pdfium {
  readonly HEAPU8: Uint8Array
  readonly wasmExports: { malloc(size: number): number; free(pointer: number): void }
  _FPDF_InitLibrary(): void
  _FPDF_LoadMemDocument(data: number, size: number, password: number): number
  _FPDF_CloseDocument(document: number): void
  _FPDF_GetPageCount(document: number): number
  _FPDF_LoadPage(document: number, index: number): number
  _FPDF_ClosePage(page: number): void
  _FPDF_GetPageWidthF(page: number): number
  _FPDF_GetPageHeightF(page: number): number
  _FPDFPage_CountObjects(page: number): number
  _FPDFPage_GetObject(page: number, index: number): number
  _FPDFPageObj_GetType(object: number): number
  _FPDFPageObj_GetMatrix(object: number, matrix: number): number
  _FPDFPageObj_SetMatrix(object: number, matrix: number): number
  _FPDFBitmap_CreateEx(width: number, height: number, format: number, data: number, stride: number): number
  _FPDFBitmap_FillRect(
    bitmap: number,
    x: number,
    y: number,
    width: number,
    height: number,
    colour: number,
  ): void
  _FPDFBitmap_Destroy(bitmap: number): void
  _FPDF_RenderPageBitmapWithMatrix(
    bitmap: number,
    page: number,
    matrix: number,
    clip: number,
    flags: number,
  ): void
}

const imageObject = 3
const bgra = 4
/** FPDF_REVERSE_BYTE_ORDER: RGBA. FPDF_RENDER_NO_SMOOTHIMAGE: a printer repeats pixels, it does not blend them. */
const flags = 0x10 | 0x2000

/** An open PDF. Close it (or `using`) to free its memory. */
export interface PdfFile extends Disposable {
  readonly pageCount: number
  /** Size of a page in mm. */
  pageSize(index: number): { readonly width: number; readonly height: number }
  /**
   * One page as a printer's raster image processor makes it: RGBA, opaque, one pixel per dot, dot (0, 0) at the top left
   * corner of the paper. Images whose edges lie on whole dots come out pixel for pixel.
   */
  rasterise(index: number, dpi: number): Raster
  close(): void
}

/**
 * Opens a PDF in its own PDFium instance.
 * @throws HalftoneError `unreadable-file` when the bytes are not a PDF that can be read.
 */
export async function openPdf(bytes: Uint8Array): Promise<PdfFile> {
  const pdfium = (await PDFiumModule({})) as unknown as Pdfium
  pdfium._FPDF_InitLibrary()
  const { malloc, free } = pdfium.wasmExports
  const memory = malloc(Math.max(1, bytes.length))
  pdfium.HEAPU8.set(bytes, memory)
  const document = pdfium._FPDF_LoadMemDocument(memory, bytes.length, 0)
  if (document === 0) {
    free(memory)
    throw new HalftoneError(
      'unreadable-file',
      `Expected a PDF, got ${bytes.length} bytes that cannot be read as one.`,
    )
  }
  const pageCount = pdfium._FPDF_GetPageCount(document)
  let open = true

  const withPage = <T>(index: number, use: (page: number) => T): T => {
    if (!open) throw new HalftoneError('invalid-argument', 'Expected an open PDF, got one that was closed.')
    const page =
      Number.isInteger(index) && index >= 0 && index < pageCount ? pdfium._FPDF_LoadPage(document, index) : 0
    if (page === 0) {
      throw new HalftoneError('not-found', `Expected a page from 1 to ${pageCount}, got page ${index + 1}.`)
    }
    try {
      return use(page)
    } finally {
      pdfium._FPDF_ClosePage(page)
    }
  }
  const close = (): void => {
    if (!open) return
    open = false
    pdfium._FPDF_CloseDocument(document)
    free(memory)
  }
  return {
    pageCount,
    pageSize: (index) =>
      withPage(index, (page) => ({
        width: (pdfium._FPDF_GetPageWidthF(page) / 72) * 25.4,
        height: (pdfium._FPDF_GetPageHeightF(page) / 72) * 25.4,
      })),
    rasterise: (index, dpi) => withPage(index, (page) => renderPage(pdfium, page, dpi)),
    close,
    [Symbol.dispose]: close,
  }
}

function renderPage(pdfium: Pdfium, page: number, dpi: number): Raster {
  if (!(dpi >= 10 && dpi <= 2400)) {
    throw new HalftoneError('invalid-argument', `Expected 10 to 2400 dots per inch, got ${dpi}.`)
  }
  const scale = dpi / 72
  // A fraction of a dot at the right and bottom edge of the paper still gets its dot.
  const width = Math.ceil(pdfium._FPDF_GetPageWidthF(page) * scale - 0.01)
  const height = Math.ceil(pdfium._FPDF_GetPageHeightF(page) * scale - 0.01)
  const { malloc, free } = pdfium.wasmExports
  const pixels = malloc(width * height * 4)
  const numbers = malloc(40)
  if (pixels === 0 || numbers === 0) {
    throw new HalftoneError('invalid-argument', `A page of ${width}x${height} dots does not fit into memory.`)
  }
  snapImages(pdfium, page, scale, numbers)
  const bitmap = pdfium._FPDFBitmap_CreateEx(width, height, bgra, pixels, width * 4)
  try {
    pdfium._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xffffffff)
    // FPDF_RenderPageBitmap would stretch the page to whole dots and so move images off their grid: use a matrix.
    new Float32Array(pdfium.HEAPU8.buffer, numbers, 10).set([scale, 0, 0, scale, 0, 0, 0, 0, width, height])
    pdfium._FPDF_RenderPageBitmapWithMatrix(bitmap, page, numbers, numbers + 24, flags)
    return raster(width, height, 4, pdfium.HEAPU8.slice(pixels, pixels + width * height * 4))
  } finally {
    pdfium._FPDFBitmap_Destroy(bitmap)
    free(numbers)
    free(pixels)
  }
}

/**
 * PDFium widens every image to the whole dots that its box touches, in single precision: a box that ends on a dot but for
 * rounding grows by one, and the image is stretched over one dot too many. Boxes within 0.02 dots of the grid are pulled
 * in by 0.01 dots, and then touch exactly the dots that they cover.
 */
function snapImages(pdfium: Pdfium, page: number, scale: number, numbers: number): void {
  const height = pdfium._FPDF_GetPageHeightF(page)
  const whole = (place: number): boolean => Math.abs(place - Math.round(place)) < 0.02
  for (let i = 0; i < pdfium._FPDFPage_CountObjects(page); i++) {
    const object = pdfium._FPDFPage_GetObject(page, i)
    if (pdfium._FPDFPageObj_GetType(object) !== imageObject) continue
    if (!pdfium._FPDFPageObj_GetMatrix(object, numbers)) continue
    const matrix = new Float32Array(pdfium.HEAPU8.buffer, numbers, 6)
    const [a, b, c, d, e, f] = matrix as unknown as [number, number, number, number, number, number]
    if (b !== 0 || c !== 0) continue
    const edges = [e, e + a].map((x) => x * scale).concat([f, f + d].map((y) => (height - y) * scale))
    if (!edges.every(whole)) continue
    const inset = 0.01 / scale
    matrix.set([a - 2 * inset * Math.sign(a), 0, 0, d - 2 * inset * Math.sign(d)])
    matrix.set([e + inset * Math.sign(a), f + inset * Math.sign(d)], 4)
    pdfium._FPDFPageObj_SetMatrix(object, numbers)
  }
}
