import { HalftoneError } from '../errors'
import type { Random } from '../tensor/Random'
import type { Raster } from '../tensor/Raster'
import { inkCurves, inkTransmittance } from './inks'
import { smoothNoiseTile } from './noise'
import type { SimulatorParams } from './params'
import { printScreen } from './printScreen'
import { printTones } from './printTones'
import { clusteredScreen } from './screen'

/** Light that the printed paper reflects: interleaved RGB rows, linear, 65535 is a perfect white. */
export interface PrintedPage {
  readonly width: number
  readonly height: number
  readonly pixelsPerMm: number
  readonly data: Uint16Array
}

/** What the ways of printing have in common. */
export interface PrintTask {
  /** One value per dot: red in the low byte, then green and blue. */
  readonly dots: Uint32Array
  readonly dotsWide: number
  readonly dotsHigh: number
  /** Dots per pixel of the result, each way. */
  readonly shrink: number
  /** Spread of toner and light in dots, Gaussian sigma. */
  readonly spread: number
  /** Coverage of each ink for each level of its colour: see inkCurves. */
  readonly curves: readonly Float64Array[]
  /** through[ink][colour]. */
  readonly through: readonly (readonly number[])[]
  readonly paper: readonly [number, number, number]
  /** Reflectance of the bare paper over its mean, less 1, as a tile of 256 x 256 pixels of the result. */
  readonly texture: Float32Array
  readonly out: PrintedPage
}

/**
 * Prints a page: colour to ink, ink to halftone dots or continuous tone, dots to light, light spread by toner and paper,
 * and averaged down to the resolution that a camera needs.
 *
 * @param page 8-bit sRGB, RGB or RGBA, one pixel per printer dot.
 * @param dpi dots per inch of the page.
 * @param shrink whole number of dots that become one pixel of the result; the average is exact.
 */
export function printPage(
  page: Raster,
  dpi: number,
  shrink: number,
  params: SimulatorParams,
  random: Random,
): PrintedPage {
  const dotsPerMm = dpi / 25.4
  const width = Math.ceil(page.width / shrink)
  const height = Math.ceil(page.height / shrink)
  const task: PrintTask = {
    dots: packedDots(page),
    dotsWide: page.width,
    dotsHigh: page.height,
    shrink,
    spread: params.printBlur * dotsPerMm,
    curves: inkCurves(params),
    through: inkTransmittance(params),
    paper: [params.paperRed, params.paperGreen, params.paperBlue],
    texture: smoothNoiseTile(256, 1, random).map((value) => value * params.paperTexture),
    out: { width, height, pixelsPerMm: dotsPerMm / shrink, data: new Uint16Array(width * height * 3) },
  }
  if (params.halftone === 'none') return printTones(task)
  const screens = ([0, 1, 2] as const).map((ink) => clusteredScreen(dpi, params.screenLpi, ink))
  const [cyan, magenta, yellow] = screens
  if (!cyan || !magenta || !yellow || shrink !== 2) return printTones(task)
  return printScreen(task, [cyan, magenta, yellow])
}

/** Reads the page four bytes at a time, in place where it is RGBA. */
function packedDots(page: Raster): Uint32Array {
  const { data, channels } = page
  if (channels === 1) throw new HalftoneError('unsupported', 'Expected a page in RGB or RGBA, got grey.')
  if (channels === 4 && data.byteOffset % 4 === 0) {
    return new Uint32Array(data.buffer, data.byteOffset, data.length / 4)
  }
  const dots = new Uint32Array(page.width * page.height)
  for (let i = 0, p = 0; i < dots.length; i++, p += channels) {
    dots[i] = (data[p]! | (data[p + 1]! << 8) | (data[p + 2]! << 16) | 0xff000000) >>> 0
  }
  return dots
}
