import { HalftoneError } from '#core/errors'
import { mmOf } from './dots'
import { layoutDefaults, type LayoutOptions } from './LayoutOptions'
import { sheetFrame } from './frame'
import { layoutSheet } from './layoutSheet'
import { pairsThatFit } from './pairGrid'
import { paperDots } from './paper'

/** Pixels of a photo. */
export interface Camera {
  readonly width: number
  readonly height: number
}

/** How much of the tighter side of the picture a page held in the frame by hand takes up. */
export const FRAMING = 0.92

/** Camera pixels per source pixel beyond which a crop hardly gains. */
export const AIM = 2.5

/**
 * Camera pixels that one source pixel covers when the whole page is in the picture, the picture turned to the page.
 *
 * @param dotsPerPixel Printed size of a source pixel in dots of 1/600 inch.
 */
export function cameraPxPerSourcePx(
  options: Pick<LayoutOptions, 'paper' | 'orientation'>,
  dotsPerPixel: number,
  camera: Camera,
): number {
  const page = paperDots(options.paper, options.orientation)
  const long = Math.max(camera.width, camera.height) / Math.max(page.width, page.height)
  const short = Math.min(camera.width, camera.height) / Math.min(page.width, page.height)
  return FRAMING * Math.min(long, short) * dotsPerPixel
}

/** A print size for a camera, and what it costs. */
export interface Recommendation {
  readonly options: LayoutOptions
  readonly dotsPerPixel: number
  readonly imageMm: { readonly width: number; readonly height: number }
  readonly cameraPxPerSourcePx: number
  readonly pairsPerSheet: number
  readonly note: string
}

/**
 * The smallest print size that gives 2.5 camera pixels to a source pixel with at least four pairs a page. Where no size
 * does both, four pairs come first as long as each source pixel still gets one camera pixel, then two pairs, then one.
 *
 * @param change Options other than the defaults, such as paper and orientation.
 * @throws HalftoneError `does-not-fit` when the image fits no page even at one dot per pixel.
 */
export function recommend(
  imagePx: { readonly width: number; readonly height: number },
  camera: Camera,
  change: Partial<Omit<LayoutOptions, 'imagePx' | 'size'>> = {},
): Recommendation {
  if (!(camera.width > 0 && camera.height > 0)) {
    throw new HalftoneError(
      'invalid-argument',
      `Expected a camera of some pixels, got ${camera.width}x${camera.height}.`,
    )
  }
  const base: LayoutOptions = {
    ...layoutDefaults,
    ...change,
    imagePx,
    size: { kind: 'dots', dotsPerPixel: 1 },
  }
  layoutSheet(base)
  const { grid } = sheetFrame(base)
  const choices: { dots: number; pairs: number; scale: number }[] = []
  for (let dots = 1; ; dots++) {
    const fit = pairsThatFit(grid, { width: imagePx.width * dots, height: imagePx.height * dots }, base)
    const columns = base.pairColumns === 'auto' ? fit.columns : base.pairColumns
    if (fit.rows < 1 || fit.columns < Math.max(1, columns)) break
    choices.push({ dots, pairs: columns * fit.rows, scale: cameraPxPerSourcePx(base, dots, camera) })
  }
  const atLeast = (pairs: number): typeof choices => choices.filter((choice) => choice.pairs >= pairs)
  const choice =
    atLeast(4).find(({ scale }) => scale >= AIM) ??
    atLeast(4).findLast(({ scale }) => scale >= 1) ??
    atLeast(2).find(({ scale }) => scale >= 1) ??
    atLeast(2).at(-1) ??
    choices.at(-1)!
  const width = mmOf(imagePx.width * choice.dots)
  return {
    options: { ...base, size: { kind: 'dots', dotsPerPixel: choice.dots } },
    dotsPerPixel: choice.dots,
    imageMm: { width, height: mmOf(imagePx.height * choice.dots) },
    cameraPxPerSourcePx: choice.scale,
    pairsPerSheet: choice.pairs,
    note:
      `${width.toFixed(1)} mm images (${choice.dots} dots per pixel), ${choice.pairs} ` +
      `${choice.pairs === 1 ? 'pair' : 'pairs'} a page, ${choice.scale.toFixed(1)} camera pixels per source pixel` +
      (choice.scale < AIM ? `, below the ${AIM} aimed at: a camera of more pixels would show more.` : '.'),
  }
}
