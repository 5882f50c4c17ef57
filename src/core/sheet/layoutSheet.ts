import { HalftoneError } from '#core/errors'
import { ARUCO_ID } from './aruco'
import { mmOf, type DotRect } from './dots'
import { explainNoFit } from './explainNoFit'
import { sheetFrame } from './frame'
import { MARK_DOTS, type LayoutOptions } from './LayoutOptions'
import { checkGaps, pairGrid, pairsThatFit } from './pairGrid'
import { patchRows } from './patches'
import { encodePayload } from './payload'
import { printSize } from './printSize'
import { qrModules } from './qr'
import type { ImageSlot, RectMm, SheetGeometry } from './SheetGeometry'
import type { SheetLayout } from './SheetLayout'

/** The experiment that a template's codes name. */
const NO_EXPERIMENT = '000000'

/**
 * Lays out one full page of pairs, everything on the 600 dpi grid with the origin at the top left of the paper.
 *
 * @throws HalftoneError `does-not-fit`, saying what to change, with numbers; `invalid-argument` for options out of range.
 */
export function layoutSheet(options: LayoutOptions): SheetLayout {
  checkRanges(options)
  checkGaps(options)
  const frame = sheetFrame(options)
  const { dotsPerPixel, notes } = printSize(options)
  const image = {
    width: options.imagePx.width * dotsPerPixel,
    height: options.imagePx.height * dotsPerPixel,
  }
  const fit = pairsThatFit(frame.grid, image, options)
  const columns = options.pairColumns === 'auto' ? fit.columns : options.pairColumns
  if (fit.columns < 1 || fit.rows < 1 || columns > fit.columns) {
    throw new HalftoneError('does-not-fit', explainNoFit(options, dotsPerPixel, frame.grid, fit))
  }
  const grid = pairGrid(frame.grid, image, columns, options)
  const slots: ImageSlot[] = []
  const captions: RectMm[] = []
  for (let row = 0; row < grid.rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (const role of ['clean', 'adversarial'] as const) {
        const x = (role === 'clean' ? grid.cleanX : grid.adversarialX)[column]!
        const y = grid.imageY[row]!
        slots.push({ pair: row * columns + column, role, box: rectMm({ x, y, ...image }) })
        captions.push(
          rectMm({
            x: x + grid.captionInset,
            y: y + image.height,
            width: image.width - 2 * grid.captionInset,
            height: (grid.caption + MARK_DOTS) / 2,
          }),
        )
      }
    }
  }
  const template: SheetGeometry = {
    paper: { name: options.paper, width: mmOf(frame.page.width), height: mmOf(frame.page.height) },
    codes: frame.codes.map(({ corner, box }) => {
      const payload = encodePayload({ experiment: NO_EXPERIMENT, sheet: 0, corner })
      return { corner, box: rectMm(box), payload, modules: qrModules(payload) }
    }),
    aruco: frame.aruco.map(({ corner, box }) => ({ id: ARUCO_ID[corner], corner, box: rectMm(box) })),
    marks: grid.marks.map(({ x, y }) => ({ center: { x: mmOf(x), y: mmOf(y) }, size: mmOf(MARK_DOTS) })),
    patches: [...patchRows(frame.topPatches, false), ...patchRows(frame.bottomPatches, true)].map(
      ({ box, rgb }) => ({ box: rectMm(box), rgb }),
    ),
    slots,
    image: options.imagePx,
  }
  return {
    options,
    template,
    pairColumns: columns,
    rows: grid.rows,
    pairsPerSheet: columns * grid.rows,
    dotsPerPixel,
    captions,
    header: rectMm(frame.header),
    footer: rectMm(frame.footer),
    notes,
  }
}

function rectMm({ x, y, width, height }: DotRect): RectMm {
  return { x: mmOf(x), y: mmOf(y), width: mmOf(width), height: mmOf(height) }
}

function checkRanges(options: LayoutOptions): void {
  const refuse = (what: string, expected: string, got: unknown): never => {
    throw new HalftoneError('invalid-argument', `Expected ${what} to be ${expected}, got ${String(got)}.`)
  }
  const whole = (value: number): boolean => Number.isInteger(value) && value >= 1
  if (!whole(options.imagePx.width) || !whole(options.imagePx.height)) {
    refuse('the image size', 'whole pixels, at least 1', `${options.imagePx.width}x${options.imagePx.height}`)
  }
  if (!(options.code >= 22 && options.code <= 26)) refuse('the code size', '22 to 26 mm', options.code)
  if (!(options.margin >= 0 && options.margin <= 60)) refuse('the margin', '0 to 60 mm', options.margin)
  if (!(options.gutter >= 0 && options.gutter <= 40)) refuse('the gutter', '0 to 40 mm', options.gutter)
  if (!(options.caption >= 0 && options.caption <= 40))
    refuse('the caption height', '0 to 40 mm', options.caption)
  if (options.pairColumns !== 'auto' && !whole(options.pairColumns)) {
    refuse('the number of pair columns', "'auto' or a whole number of at least 1", options.pairColumns)
  }
}
