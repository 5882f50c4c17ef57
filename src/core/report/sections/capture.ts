import { plural } from '../format'
import type { Block, Table } from '../Report'
import type { ReportInput, ReportSheetQuality } from '../ReportInput'

/** How the sheets came through the camera. */
export function captureSection(input: ReportInput): Block[] {
  const { quality, refusedPhotos, photos } = input
  if (quality.length === 0 && refusedPhotos.length === 0) return []
  const crops = quality.reduce((sum, sheet) => sum + sheet.crops, 0)
  const refused = quality.reduce((sum, sheet) => sum + sheet.refused, 0)
  const known = quality.some(({ error }) => error !== null)
  const text =
    `${plural(quality.length, 'sheet')} of ${input.sheets.sheets} found in photos, ${plural(crops, 'crop')} taken, ` +
    `${refused} refused; ${plural(refusedPhotos.length, 'photo')} refused altogether.` +
    (known
      ? ' In simulated photos the true place of every image is known, so that the error of each crop is measured.'
      : '')
  return [
    { kind: 'heading', text: 'Capture' },
    { kind: 'paragraph', text },
    ...(photos.length > 0 ? [{ kind: 'pictures', pictures: photos } as const] : []),
    ...(quality.length > 0 ? [{ kind: 'table', table: table(quality, known) } as const] : []),
    ...(refusedPhotos.length > 0 ? [{ kind: 'table', table: refusedTable(input) } as const] : []),
  ]
}

function table(quality: readonly ReportSheetQuality[], known: boolean): Table {
  const digits = (value: number | null | undefined, places: number): string =>
    value === null || value === undefined ? '–' : value.toFixed(places)
  return {
    title: 'Quality by sheet',
    columns: [
      { title: 'Sheet', align: 'right' },
      { title: 'Photo', align: 'left' },
      { title: 'Pixels', align: 'right' },
      { title: 'Codes', align: 'right' },
      { title: 'Residual px', align: 'decimal' },
      { title: 'Camera px per px', align: 'decimal' },
      ...(known
        ? [
            { title: 'paper', align: 'decimal', group: 'Crop error' } as const,
            { title: 'refined', align: 'decimal', group: 'Crop error' } as const,
          ]
        : []),
      { title: 'Crops', align: 'right' },
      { title: 'Refused', align: 'right' },
    ],
    rows: quality.map((sheet) => ({
      cells: [
        String(sheet.sheet),
        sheet.photo,
        `${sheet.width} × ${sheet.height}`,
        `${sheet.codes}/4`,
        digits(sheet.residual, 2),
        digits(sheet.cameraPixels, 2),
        ...(known ? [digits(sheet.error?.paper, 2), digits(sheet.error?.refined, 2)] : []),
        String(sheet.crops),
        String(sheet.refused),
      ],
    })),
    note:
      'Codes: QR codes read. Residual: root mean square distance of the fitted marks, in camera pixels. Camera px per px: ' +
      'camera pixels to one pixel of an image, median over the sheet.' +
      (known
        ? ' Crop error: distance of the crop’s corners from their true place in pixels of the image, median over the sheet.'
        : ''),
  }
}

function refusedTable({ refusedPhotos }: ReportInput): Table {
  return {
    title: 'Photos that gave no crops',
    columns: [
      { title: 'File', align: 'left' },
      { title: 'Reason', align: 'left' },
    ],
    rows: refusedPhotos.map(({ file, reason }) => ({ cells: [file, reason] })),
  }
}
