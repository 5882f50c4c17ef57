import { defaultLevel, defaultResolution, drawParams, resolutions } from '#core/simulator/levels'
import type { Resolution, StrengthLevel } from '#core/simulator/levels'
import type { SimulatorParams } from '#core/simulator/params'
import { simulatePhoto, type PhotoTruth } from '#core/simulator/simulatePhoto'
import { Random } from '#core/tensor/Random'
import { encodeJpeg } from './jpeg'
import { openPdf, type PdfFile } from './rasterise'

export interface SheetOptions {
  readonly level?: StrengthLevel
  readonly resolution?: Resolution
  /** The photo of page i draws from `${seed}/${i}`: the same seed gives the same photos, in any order. */
  readonly seed: string
  /** Replace what was drawn. */
  readonly overrides?: Partial<SimulatorParams>
}

export interface SheetPhoto {
  /** The photo as a camera would save it, without metadata. */
  readonly jpeg: Uint8Array
  readonly truth: PhotoTruth
  readonly params: SimulatorParams
}

/** Dots per inch of the printer: what the sheets' images are laid out for. */
export const printerDpi = 600

/** Prints one page of a PDF and photographs it. */
export async function simulateSheet(
  pdf: Uint8Array | PdfFile,
  pageIndex: number,
  options: SheetOptions,
): Promise<SheetPhoto> {
  if (pdf instanceof Uint8Array) {
    using file = await openPdf(pdf)
    return await simulateSheet(file, pageIndex, options)
  }
  const random = new Random(`${options.seed}/${pageIndex}`)
  const resolution = options.resolution ?? defaultResolution
  const drawn = drawParams(options.level ?? defaultLevel, resolution, random.fork('params'))
  const params = { ...drawn, ...options.overrides }
  const { photo, truth } = simulatePhoto({
    page: pdf.rasterise(pageIndex, printerDpi),
    dpi: printerDpi,
    paperMm: pdf.pageSize(pageIndex),
    size: resolutions[resolution],
    params,
    random: random.fork('photo'),
  })
  return { jpeg: await encodeJpeg(photo, params.jpegQuality), truth, params }
}
