import {
  capturedSheetSchema,
  type CapturedSheet,
  type Crop,
  type CropKind,
  type SheetList,
} from '#contract/steps'
import type { Crop as CroppedSlot, ReadSheet } from '#core/capture/types'
import type { LaidSheet } from '#core/sheet/SheetLayout'
import type { PhotoGeometry } from '#core/simulator/geometry'
import type { Raster } from '#core/tensor/Raster'
import { cropError, type CropError } from './cropError'
import { writeDocument } from './documents'
import { inParallel } from './inParallel'
import { paths } from '#contract/paths'
import { sixDigits } from './predictions'
import type { StepContext } from './StepContext'
import type { ExperimentWriter } from './ports/ExperimentStore'

const kinds: readonly [CropKind, (crop: CroppedSlot) => Raster][] = [
  ['paper', ({ paper }) => paper],
  ['paper-corrected', ({ paperColour }) => paperColour],
  ['refined', ({ refined }) => refined],
  ['refined-corrected', ({ refinedColour }) => refinedColour],
]

/** A sheet that was read from a photo, with where it came from. */
export interface SheetReading {
  readonly list: SheetList
  readonly laid: LaidSheet
  readonly read: ReadSheet
  readonly photo: CapturedSheet['photo']
  /** Known for simulated photos. */
  readonly truth: PhotoGeometry | undefined
}

/** Writes every crop of a sheet, and last the list that says that they are all there. */
export async function recordSheet(
  writer: ExperimentWriter,
  { list, laid, read, photo, truth }: SheetReading,
  { ports }: Pick<StepContext, 'ports'>,
): Promise<CapturedSheet> {
  const sheet = laid.sheet + 1
  const { pairs } = list.sheets[laid.sheet]!
  const crops = await inParallel(read.crops, 4, async (cropped): Promise<Crop> => {
    const slot = laid.geometry.slots[cropped.slot]!
    const { setting, image } = pairs[slot.pair - laid.firstPair]!
    const files: Crop['files'] = {}
    for (const [kind, pictureOf] of kinds) {
      const file = paths.crop(kind, setting, image, slot.role)
      await writer.write(file, await ports.pictures.encodePng(pictureOf(cropped)))
      files[kind] = file
    }
    const { quality } = cropped
    const error = truth && finite(cropError(read.fit, laid.geometry, slot, truth))
    return {
      setting,
      image,
      role: slot.role,
      files,
      refused: quality.usable ? null : quality.reasons.join(' '),
      quality: {
        cameraPixels: sixDigits(quality.cameraPxPerSourcePx),
        blur: sixDigits(quality.blurSourcePx),
        residual: sixDigits(quality.residualSourcePx),
      },
      error: error ? { paper: sixDigits(error.paper), refined: sixDigits(error.refined) } : null,
    }
  })
  const captured: CapturedSheet = {
    sheet,
    pdf: list.pdf,
    photo,
    codes: read.codesRead,
    marks: read.marks,
    residual: sixDigits(read.residualPx),
    cameraPixels: sixDigits(read.cameraPxPerSourcePx),
    blur: sixDigits(read.blurPx),
    warnings: read.warnings.map(({ message }) => message),
    crops,
  }
  await writeDocument(writer, paths.capturedSheet(sheet), capturedSheetSchema, captured)
  return captured
}

/** A fit that folds over has no place to measure: no number is better than NaN. */
function finite(error: CropError): CropError | undefined {
  return Number.isFinite(error.paper) && Number.isFinite(error.refined) ? error : undefined
}

/** Whether one reading of a sheet is to be kept rather than another: more usable crops, then the sharper image. */
export function isBetter(one: ReadSheet, other: CapturedSheet): boolean {
  const usable = one.crops.filter(({ quality }) => quality.usable).length
  const before = other.crops.filter(({ refused }) => refused === null).length
  if (usable !== before) return usable > before
  return one.blurPx / one.cameraPxPerSourcePx < other.blur / other.cameraPixels
}
