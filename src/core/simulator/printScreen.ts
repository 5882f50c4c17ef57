import type { PrintedPage, PrintTask } from './printPage'
import { dotLevel, dotLevels, type Screen } from './screen'

/** Light of a dot in steps of 1 / 511, red, green and blue in one number: r + 2^17 g + 2^34 b. */
const field = 2 ** 17
const fields = 2 ** 34
const full = 511
/** Each way four dots are weighted a, 8 - a, 8 - a, a: sums over sixteenths stay below 2^17 per colour, and exact. */
const weightSum = 16

/**
 * Halftone dots: each ink marks its dots by its own screen; where inks overlap, light is multiplied (Neugebauer's
 * primaries, dot by dot). Two by two dots become one pixel, after the spread by toner and paper.
 *
 * The spread's variance is taken in quarters of a squared dot, at most one: a = 0 to 4. Three colours travel in one
 * double, which keeps the 35 million dots of an A4 page at a third of the work.
 */
export function printScreen(task: PrintTask, screens: readonly [Screen, Screen, Screen]): PrintedPage {
  const { dots, dotsWide, dotsHigh, out, texture } = task
  const outer = Math.max(0, Math.min(4, Math.round(4 * task.spread ** 2)))
  const inner = weightSum / 2 - outer
  const mark = dotMarker(task, screens)
  // One dot beyond either side of the page.
  const line = new Float64Array(out.width * 2 + 2)
  const ring = Array.from({ length: 4 }, () => new Float64Array(out.width))
  let ready = -2
  for (let y = 0; y < out.height; y++) {
    for (; ready < 2 * y + 2;) {
      ready++
      mark(dots, Math.max(0, Math.min(dotsHigh - 1, ready)), line, dotsWide)
      halve(line, ring[(ready + 1) & 3]!, inner, outer)
    }
    writeRow(
      ring[(2 * y) & 3]!,
      ring[(2 * y + 1) & 3]!,
      ring[(2 * y + 2) & 3]!,
      ring[(2 * y + 3) & 3]!,
      inner,
      outer,
      out.data,
      y * out.width * 3,
      texture,
      (y & 255) * 256,
    )
  }
  return out
}

function halve(line: Float64Array, out: Float64Array, inner: number, outer: number): void {
  for (let i = 0, p = 0; i < out.length; i++, p += 2) {
    out[i] = inner * (line[p + 1]! + line[p + 2]!) + outer * (line[p]! + line[p + 3]!)
  }
}

function writeRow(
  first: Float64Array,
  second: Float64Array,
  third: Float64Array,
  fourth: Float64Array,
  inner: number,
  outer: number,
  to: Uint16Array,
  at: number,
  texture: Float32Array,
  grain: number,
): void {
  const unit = 65535 / (full * weightSum * weightSum)
  for (let x = 0; x < first.length; x++, at += 3) {
    const sum = inner * (second[x]! + third[x]!) + outer * (first[x]! + fourth[x]!)
    const blue = Math.floor(sum / fields)
    const rest = sum - blue * fields
    const green = Math.floor(rest / field)
    const scale = unit * (1 + texture[grain + (x & 255)]!)
    to[at] = Math.min(65535, (rest - green * field) * scale)
    to[at + 1] = Math.min(65535, green * scale)
    to[at + 2] = Math.min(65535, blue * scale)
  }
}

type Marker = (dots: Uint32Array, y: number, line: Float64Array, width: number) => void

/** Writes one line of dots from line[1] on, and repeats the first and last beyond the page's edges. */
function dotMarker(task: PrintTask, screens: readonly [Screen, Screen, Screen]): Marker {
  const { curves, through, paper } = task
  // levels[ink][threshold * 256 + value]: the dot's level, shifted to its place in a 12-bit index.
  const levels = screens.map((screen, ink) => {
    const table = new Uint16Array(screen.thresholds.length * 256)
    screen.thresholds.forEach((threshold, cell) => {
      for (let value = 0; value < 256; value++) {
        table[cell * 256 + value] = dotLevel(curves[ink]![value]!, threshold, screen.cellDots) << (ink * 4)
      }
    })
    return table
  })
  const light = new Float64Array(dotLevels ** 3)
  for (let index = 0; index < light.length; index++) {
    const colour = (c: number): number => {
      let value = paper[c]!
      for (let ink = 0; ink < 3; ink++) {
        value *= 1 - (((index >> (ink * 4)) & 15) / (dotLevels - 1)) * (1 - through[ink]![c]!)
      }
      return Math.round(Math.min(1, value) * full)
    }
    light[index] = colour(0) + field * colour(1) + fields * colour(2)
  }
  const [cyan, magenta, yellow] = levels as [Uint16Array, Uint16Array, Uint16Array]
  const sizeC = screens[0].size
  const sizeM = screens[1].size
  const sizeY = screens[2].size
  const white = 0xffffffff
  const bare = curves.every((curve) => curve[255] === 0)
  return (dots, y, line, width) => {
    const rowC = (y % sizeC) * sizeC
    const rowM = (y % sizeM) * sizeM
    const rowY = (y % sizeY) * sizeY
    let c = 0
    let m = 0
    let k = 0
    const start = y * width
    for (let x = 0; x < width; x++) {
      const dot = dots[start + x]!
      if (dot === white && bare) line[x + 1] = light[0]!
      else {
        const index =
          cyan[((rowC + c) << 8) + (dot & 255)]! |
          magenta[((rowM + m) << 8) + ((dot >>> 8) & 255)]! |
          yellow[((rowY + k) << 8) + ((dot >>> 16) & 255)]!
        line[x + 1] = light[index]!
      }
      if (++c === sizeC) c = 0
      if (++m === sizeM) m = 0
      if (++k === sizeY) k = 0
    }
    line[0] = line[1]!
    line.fill(line[width]!, width + 1)
  }
}
