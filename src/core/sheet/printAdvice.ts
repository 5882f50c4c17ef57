import { defaultCropLimits } from '../capture/quality'
import { dotsOf, mmOf } from './dots'
import type { LayoutOptions } from './LayoutOptions'
import { pairsThatFit } from './pairGrid'
import { QR_MODULES } from './qr'
import { AIM, cameraPxPerSourcePx, type Camera } from './recommend'
import { sheetFrame } from './frame'
import type { SheetLayout } from './SheetLayout'

/** Something to know before paper is used. `bad` wastes it, `warn` costs quality. */
export interface PrintAdvice {
  readonly kind: 'pixels' | 'code' | 'margin' | 'shade' | 'many' | 'rounded'
  readonly level: 'bad' | 'warn' | 'info'
  readonly title: string
  readonly message: string
}

/** What a layout comes to under a camera. */
export interface PrintFacts {
  /** Camera pixels that one pixel of an image covers. */
  readonly cameraPx: number
  /** Camera pixels that one module of a QR code covers. */
  readonly modulePx: number
  readonly imageMm: { readonly width: number; readonly height: number }
  readonly sheets: number
}

export function printFacts(layout: SheetLayout, camera: Camera, pairs: number): PrintFacts {
  const { options, dotsPerPixel, pairsPerSheet } = layout
  return {
    cameraPx: cameraPxPerSourcePx(options, dotsPerPixel, camera),
    modulePx: cameraPxPerSourcePx(options, dotsOf(options.code) / QR_MODULES, camera),
    imageMm: {
      width: mmOf(options.imagePx.width * dotsPerPixel),
      height: mmOf(options.imagePx.height * dotsPerPixel),
    },
    sheets: Math.ceil(pairs / pairsPerSheet),
  }
}

/** A module of fewer camera pixels is not read surely under the blur of a hand-held photo, of fewer than the second not at all. */
const surePx = 3
const leastPx = 2

/** Most printers leave 3 to 6 mm of each edge white; what stands nearer to the edge may be cut off. */
const printableMm = 6

/** A usual halftone screen of 150 lines per inch makes one shade of four dots. */
const shadeDots = 4

/** More than this many sheets are worth a second thought. */
const manySheets = 40

/** What a person should know before printing, the worst first. The layout itself fits: `layoutSheet` has said so. */
export function printAdvice(layout: SheetLayout, camera: Camera, pairs: number): PrintAdvice[] {
  const facts = printFacts(layout, camera, pairs)
  const { options, dotsPerPixel } = layout
  const out: PrintAdvice[] = []
  const px = facts.cameraPx.toFixed(2)
  if (facts.cameraPx < defaultCropLimits.leastCameraPx) {
    out.push({
      kind: 'pixels',
      level: 'bad',
      title: 'Pixels too small for this camera',
      message:
        `One pixel of an image gets ${px} camera pixels; below ${defaultCropLimits.leastCameraPx} its crop is refused. ` +
        larger(options, camera, defaultCropLimits.leastCameraPx),
    })
  } else if (facts.cameraPx < 1) {
    out.push({
      kind: 'pixels',
      level: 'warn',
      title: 'Pixels small for this camera',
      message:
        `One pixel of an image gets ${px} camera pixels; fine perturbations need at least 1. ` +
        larger(options, camera, 1),
    })
  } else if (facts.cameraPx < AIM) {
    out.push({
      kind: 'pixels',
      level: 'info',
      title: 'Enough for this camera',
      message: `One pixel of an image gets ${px} camera pixels. Up to ${AIM} would show more of the perturbation.`,
    })
  }
  if (facts.modulePx < surePx) {
    const bad = facts.modulePx < leastPx
    out.push({
      kind: 'code',
      level: bad ? 'bad' : 'warn',
      title: bad ? 'Codes too small for this camera' : 'Codes small for this camera',
      message:
        `One square of a code gets ${facts.modulePx.toFixed(1)} camera pixels and needs ${surePx}. ` +
        'Use a camera of more pixels, or smaller paper.',
    })
  }
  if (options.margin < printableMm) {
    out.push({
      kind: 'margin',
      level: 'warn',
      title: 'Margin small for most printers',
      message:
        `The codes stand ${options.margin} mm from the edge. Most printers leave 3 to 6 mm white, some 12 mm at the bottom, ` +
        `and a code that is cut off cannot be read. Take ${printableMm} mm or more unless yours prints to the edge.`,
    })
  }
  if (dotsPerPixel < shadeDots) {
    out.push({
      kind: 'shade',
      level: 'warn',
      title: 'Pixels finer than the printer’s shades',
      message:
        `A pixel is printed on ${dotsPerPixel} x ${dotsPerPixel} dots of 1/600 inch. A usual screen needs about ${shadeDots} ` +
        'dots to make a shade, so neighbouring pixels will run together.',
    })
  }
  if (facts.sheets > manySheets) {
    out.push({
      kind: 'many',
      level: 'info',
      title: `${facts.sheets} sheets of paper`,
      message: 'Smaller images, or fewer settings and images, take fewer.',
    })
  }
  for (const message of layout.notes) {
    out.push({ kind: 'rounded', level: 'info', title: 'Image width rounded', message })
  }
  const order = { bad: 0, warn: 1, info: 2 }
  return out.sort((a, b) => order[a.level] - order[b.level])
}

/** What would give a pixel of an image so many camera pixels. */
function larger(options: LayoutOptions, camera: Camera, wanted: number): string {
  const dots = Math.ceil(wanted / cameraPxPerSourcePx(options, 1, camera) - 1e-9)
  const { width, height } = options.imagePx
  const fit = pairsThatFit(sheetFrame(options).grid, { width: width * dots, height: height * dots }, options)
  const columns = options.pairColumns === 'auto' ? 1 : options.pairColumns
  const mm = mmOf(dots * width).toFixed(1)
  return fit.rows >= 1 && fit.columns >= columns
    ? `Print images ${mm} mm wide or wider, or use a camera of more pixels.`
    : `Images would have to be ${mm} mm wide, which this paper does not hold: use a camera of more pixels.`
}
