import { HalftoneError } from '../errors'
import type { Random } from '../tensor/Random'
import type { Raster } from '../tensor/Raster'
import { inkCurves, inkTransmittance } from './inks'
import type { SimulatorParams } from './params'
import { clusteredScreen, dotLevel, dotLevels, type Screen } from './screen'
import { smoothNoiseTile } from './noise'

/** Light that the printed paper reflects: interleaved RGB rows, linear, 65535 is a perfect white. */
export interface PrintedPage {
  readonly width: number
  readonly height: number
  readonly pixelsPerMm: number
  readonly data: Uint16Array
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
  if (page.channels === 1) throw new HalftoneError('unsupported', 'Expected a page in RGB or RGBA, got grey.')
  const dotsPerMm = dpi / 25.4
  const width = Math.ceil(page.width / shrink)
  const height = Math.ceil(page.height / shrink)
  const weights = spreadWeights(shrink, params.printBlur * dotsPerMm)
  const reach = (weights.length - shrink) / 2
  const paper = [params.paperRed, params.paperGreen, params.paperBlue]
  const mark = dotMarker(page, dpi, paper, params)
  const texture = smoothNoiseTile(256, 1, random)
  const data = new Uint16Array(width * height * 3)

  // One line of dots with `reach` more on either side, and a ring of lines that are already averaged along x.
  const lineDots = width * shrink + 2 * reach
  const line = new Float32Array(lineDots * 3)
  const ring = Array.from({ length: weights.length }, () => new Float32Array(width * 3))
  let ready = -reach - 1
  const sum = new Float32Array(width * 3)
  for (let y = 0; y < height; y++) {
    const first = y * shrink - reach
    for (let dotY = Math.max(first, ready + 1); dotY < first + weights.length; dotY++) {
      mark(Math.max(0, Math.min(page.height - 1, dotY)), line, reach, lineDots)
      averageAlong(line, ring[(dotY + reach) % weights.length]!, shrink, weights)
      ready = dotY
    }
    sum.fill(0)
    for (let k = 0; k < weights.length; k++) {
      const row = ring[(first + k + reach) % weights.length]!
      const weight = weights[k]!
      for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + weight * row[i]!
    }
    const at = y * width * 3
    const grain = (y & 255) * 256
    for (let x = 0, i = 0; x < width; x++, i += 3) {
      const light = 65535 * (1 + params.paperTexture * texture[grain + (x & 255)]!)
      data[at + i] = Math.min(65535, sum[i]! * light)
      data[at + i + 1] = Math.min(65535, sum[i + 1]! * light)
      data[at + i + 2] = Math.min(65535, sum[i + 2]! * light)
    }
  }
  return { width, height, pixelsPerMm: dotsPerMm / shrink, data }
}

/** Box of `shrink` dots convolved with a Gaussian of `sigma` dots, summing to 1; `shrink` and the length have one parity. */
function spreadWeights(shrink: number, sigma: number): Float64Array {
  const reach = sigma === 0 ? 0 : Math.max(1, Math.ceil(2.5 * sigma))
  const weights = new Float64Array(shrink + 2 * reach)
  for (let dot = 0; dot < shrink; dot++) {
    for (let k = -reach; k <= reach; k++) {
      const weight = sigma === 0 ? 1 : Math.exp(-(k * k) / (2 * sigma * sigma))
      weights[dot + k + reach] = weights[dot + k + reach]! + weight
    }
  }
  const total = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight) => weight / total)
}

function averageAlong(line: Float32Array, out: Float32Array, shrink: number, weights: Float64Array): void {
  const step = shrink * 3
  for (let i = 0, from = 0; i < out.length; i += 3, from += step) {
    let r = 0
    let g = 0
    let b = 0
    for (let k = 0, p = from; k < weights.length; k++, p += 3) {
      const weight = weights[k]!
      r += weight * line[p]!
      g += weight * line[p + 1]!
      b += weight * line[p + 2]!
    }
    out[i] = r
    out[i + 1] = g
    out[i + 2] = b
  }
}

/** Writes the light of one line of dots, repeating the page's first and last dot beyond its edges. */
type Marker = (y: number, line: Float32Array, reach: number, dots: number) => void

function dotMarker(page: Raster, dpi: number, paper: readonly number[], params: SimulatorParams): Marker {
  const curves = inkCurves(params)
  const through = inkTransmittance(params)
  const screens =
    params.halftone === 'screen'
      ? ([0, 1, 2] as const).map((ink) => clusteredScreen(dpi, params.screenLpi, ink))
      : []
  const [cyan, magenta, yellow] = screens
  if (cyan && magenta && yellow) return screenMarker(page, curves, through, paper, [cyan, magenta, yellow])
  return toneMarker(page, curves, through, paper)
}

function toneMarker(
  page: Raster,
  curves: readonly Float64Array[],
  through: readonly (readonly number[])[],
  paper: readonly number[],
): Marker {
  // factor[ink][colour][level]: what is left of the light behind that ink.
  const factor = curves.map((curve, ink) =>
    [0, 1, 2].map((colour) =>
      Float32Array.from(
        curve,
        (area) => (1 - area * (1 - through[ink]![colour]!)) * (ink === 0 ? paper[colour]! : 1),
      ),
    ),
  )
  const [[cr, cg, cb], [mr, mg, mb], [yr, yg, yb]] = factor as [
    Float32Array[],
    Float32Array[],
    Float32Array[],
  ]
  const { data, width, channels } = page
  return (y, line, reach, dots) => {
    for (let x = 0, i = 0; x < dots; x++, i += 3) {
      const dot = x - reach
      const p = (y * width + (dot < 0 ? 0 : dot >= width ? width - 1 : dot)) * channels
      const r = data[p]!
      const g = data[p + 1]!
      const b = data[p + 2]!
      line[i] = cr![r]! * mr![g]! * yr![b]!
      line[i + 1] = cg![r]! * mg![g]! * yg![b]!
      line[i + 2] = cb![r]! * mb![g]! * yb![b]!
    }
  }
}

function screenMarker(
  page: Raster,
  curves: readonly Float64Array[],
  through: readonly (readonly number[])[],
  paper: readonly number[],
  screens: readonly [Screen, Screen, Screen],
): Marker {
  // levels[ink][threshold cell * 256 + value]: the dot's level, shifted to its place in a 12-bit index.
  const levels = screens.map((screen, ink) => {
    const table = new Uint16Array(screen.thresholds.length * 256)
    screen.thresholds.forEach((threshold, cell) => {
      for (let value = 0; value < 256; value++) {
        table[cell * 256 + value] = dotLevel(curves[ink]![value]!, threshold, screen.cellDots) << (ink * 4)
      }
    })
    return table
  }) as [Uint16Array, Uint16Array, Uint16Array]
  // Light of a dot with these three levels (Neugebauer's primaries within the dot).
  const light = new Float32Array(4096 * 3)
  for (let index = 0; index < 4096; index++) {
    for (let colour = 0; colour < 3; colour++) {
      let value = paper[colour]!
      for (let ink = 0; ink < 3; ink++) {
        const level = ((index >> (ink * 4)) & 15) / (dotLevels - 1)
        value *= 1 - level * (1 - through[ink]![colour]!)
      }
      light[index * 3 + colour] = value
    }
  }
  const [lc, lm, ly] = levels
  const [sc, sm, sy] = screens.map((screen) => screen.size) as [number, number, number]
  const { data, width, channels } = page
  return (y, line, reach, dots) => {
    const rowC = (y % sc) * sc
    const rowM = (y % sm) * sm
    const rowY = (y % sy) * sy
    let xc = 0
    let xm = 0
    let xy = 0
    for (let x = 0, i = 0; x < dots; x++, i += 3) {
      const dot = x - reach
      const p = (y * width + (dot < 0 ? 0 : dot >= width ? width - 1 : dot)) * channels
      const index =
        (lc[((rowC + xc) << 8) + data[p]!]! |
          lm[((rowM + xm) << 8) + data[p + 1]!]! |
          ly[((rowY + xy) << 8) + data[p + 2]!]!) *
        3
      line[i] = light[index]!
      line[i + 1] = light[index + 1]!
      line[i + 2] = light[index + 2]!
      if (++xc === sc) xc = 0
      if (++xm === sm) xm = 0
      if (++xy === sy) xy = 0
    }
  }
}
