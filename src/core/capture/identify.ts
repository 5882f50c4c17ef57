import type { SheetCode, SheetGeometry } from '#core/sheet/SheetGeometry'
import type { LuminanceView } from './linear'
import type { SheetModel } from './SheetModel'

/** One code place as the picture shows it: mean luminance of each module. */
interface CodePlace {
  readonly values: Float64Array
}

/** How well the pictured code places match one sheet's codes. */
export interface CodeMatch {
  /** The best correlation of a code place, -1 to 1. */
  readonly best: number
  /** The correlation that at least two code places reach (one, when only one lies in the picture), -1 to 1. */
  readonly second: number
  readonly mean: number
}

export interface Identity extends CodeMatch {
  /** Index into the sheets. */
  readonly sheet: number
  /** Mean correlation above that of the next best sheet; 1 when there is no other. */
  readonly margin: number
}

/**
 * Which of these sheets is it? Reads each module's brightness at the four code places and correlates it with every
 * sheet's codes: a closed set, so that no code needs to be decoded. All sheets must share the places of their codes.
 * @returns undefined when no code place lies in the picture
 */
export function identify(
  view: LuminanceView,
  model: SheetModel,
  sheets: readonly SheetGeometry[],
): Identity | undefined {
  const first = sheets[0]
  if (!first) return undefined
  const places = first.codes.map((code) => readPlace(view, model, code))
  let best: Identity | undefined
  let second = -1
  sheets.forEach((sheet, index) => {
    const match = matchPlaces(places, sheet.codes)
    if (!match) return
    if (!best || match.mean > best.mean) {
      second = best?.mean ?? -1
      best = { ...match, sheet: index, margin: 1 }
    } else if (match.mean > second) {
      second = match.mean
    }
  })
  if (!best) return undefined
  return { ...best, margin: sheets.length === 1 ? 1 : best.mean - second }
}

/** How well the picture matches this one sheet's codes. */
export function matchCodes(
  view: LuminanceView,
  model: SheetModel,
  sheet: SheetGeometry,
): CodeMatch | undefined {
  return matchPlaces(
    sheet.codes.map((code) => readPlace(view, model, code)),
    sheet.codes,
  )
}

function matchPlaces(
  places: readonly (CodePlace | undefined)[],
  codes: readonly SheetCode[],
): CodeMatch | undefined {
  const all: number[] = []
  codes.forEach((code, i) => {
    const place = places[i]
    if (!place || place.values.length !== code.modules.dark.length) return
    all.push(correlation(place.values, code.modules.dark))
  })
  if (all.length === 0) return undefined
  all.sort((a, b) => b - a)
  return { best: all[0]!, second: all[1] ?? all[0]!, mean: all.reduce((sum, r) => sum + r, 0) / all.length }
}

/** Three by three samples in the middle of each module; undefined when the code is not wholly in the picture. */
function readPlace(view: LuminanceView, model: SheetModel, code: SheetCode): CodePlace | undefined {
  const { size } = code.modules
  const module = code.box.width / size
  const values = new Float64Array(size * size)
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let sum = 0
      for (let k = 0; k < 9; k++) {
        const x = code.box.x + (column + 0.5 + 0.25 * ((k % 3) - 1)) * module
        const y = code.box.y + (row + 0.5 + 0.25 * (Math.floor(k / 3) - 1)) * module
        const p = model.project(x, y)
        if (!(p.x >= 0 && p.y >= 0 && p.x <= view.width && p.y <= view.height)) return undefined
        sum += view.at(p.x, p.y)
      }
      values[row * size + column] = sum / 9
    }
  }
  return { values }
}

/** Pearson's correlation of brightness with "is white". */
function correlation(values: Float64Array, dark: readonly boolean[]): number {
  const n = values.length
  let sum = 0
  let squares = 0
  let lit = 0
  let product = 0
  for (let i = 0; i < n; i++) {
    const v = values[i]!
    sum += v
    squares += v * v
    if (!dark[i]) {
      lit++
      product += v
    }
  }
  const spread = (squares - (sum * sum) / n) * (lit - (lit * lit) / n)
  return spread > 0 ? (product - (sum * lit) / n) / Math.sqrt(spread) : 0
}
