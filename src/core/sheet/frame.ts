import { HalftoneError } from '#core/errors'
import { ARUCO_MODULES } from './aruco'
import { dotsOf, mmOf, type DotRect } from './dots'
import { ARUCO_MODULE_DOTS, type LayoutOptions } from './LayoutOptions'
import { paperDots } from './paper'
import { QR_MODULES, QR_QUIET_MODULES } from './qr'
import type { Corner } from './SheetGeometry'

/** What every sheet has round its images, in dots: codes, markers, and the free boxes of the two bands between them. */
export interface SheetFrame {
  readonly page: { readonly width: number; readonly height: number }
  readonly codes: readonly { readonly corner: Corner; readonly box: DotRect }[]
  readonly aruco: readonly { readonly corner: Corner; readonly box: DotRect }[]
  /** Text at the top and at the bottom of the page, and the patches between text and images. */
  readonly header: DotRect
  readonly footer: DotRect
  readonly topPatches: DotRect
  readonly bottomPatches: DotRect
  /** Where the images and checker marks may stand. */
  readonly grid: DotRect
}

/** Height of the header and footer, and the gap between them and the patches, in dots: 6.8 mm and 0.8 mm. */
const TEXT_DOTS = 160
const TEXT_GAP_DOTS = 20

/** Where the codes, markers, patches and the image grid of a page stand. */
export function sheetFrame(options: LayoutOptions): SheetFrame {
  const page = paperDots(options.paper, options.orientation)
  const module = Math.round(dotsOf(options.code) / QR_MODULES)
  const code = module * QR_MODULES
  const quiet = module * QR_QUIET_MODULES
  const marker = ARUCO_MODULES * ARUCO_MODULE_DOTS
  const margin = dotsOf(options.margin)
  if (margin < quiet) {
    throw new HalftoneError(
      'does-not-fit',
      `A code of ${options.code} mm needs ${mmOf(quiet).toFixed(1)} mm of white round it, and the margin is ` +
        `${options.margin} mm. Choose a margin of at least ${mmOf(quiet).toFixed(1)} mm.`,
    )
  }
  const right = page.width - margin
  const bottom = page.height - margin
  const square = (x: number, y: number, side: number): DotRect => ({ x, y, width: side, height: side })
  const inner = margin + code + quiet + marker + ARUCO_MODULE_DOTS
  const innerWidth = page.width - 2 * inner
  const grid = {
    x: margin,
    y: margin + code + quiet,
    width: page.width - 2 * margin,
    height: page.height - 2 * (margin + code + quiet),
  }
  if (innerWidth < dotsOf(50) || grid.height <= 0) {
    throw new HalftoneError(
      'does-not-fit',
      `A margin of ${options.margin} mm leaves no room between the corner codes. Choose a smaller margin.`,
    )
  }
  const band = (y: number, height: number): DotRect => ({ x: inner, y, width: innerWidth, height })
  const patches = code - TEXT_DOTS - TEXT_GAP_DOTS
  const markerLeft = margin + code + quiet
  const markerRight = right - code - quiet - marker
  return {
    page,
    codes: [
      { corner: 'top-left', box: square(margin, margin, code) },
      { corner: 'top-right', box: square(right - code, margin, code) },
      { corner: 'bottom-right', box: square(right - code, bottom - code, code) },
      { corner: 'bottom-left', box: square(margin, bottom - code, code) },
    ],
    aruco: [
      { corner: 'top-left', box: square(markerLeft, margin, marker) },
      { corner: 'top-right', box: square(markerRight, margin, marker) },
      { corner: 'bottom-right', box: square(markerRight, bottom - marker, marker) },
      { corner: 'bottom-left', box: square(markerLeft, bottom - marker, marker) },
    ],
    header: band(margin, TEXT_DOTS),
    topPatches: band(margin + TEXT_DOTS + TEXT_GAP_DOTS, patches),
    bottomPatches: band(bottom - code, patches),
    footer: band(bottom - TEXT_DOTS, TEXT_DOTS),
    grid,
  }
}
