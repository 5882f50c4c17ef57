import type { SheetGeometry } from '#core/sheet/SheetGeometry'
import type { Observation } from './fit'
import { growFit, type Grown } from './grow'
import { identify, matchCodes } from './identify'
import type { LuminanceView } from './linear'
import { codePatches, markPatches } from './patterns'
import type { RobustHomography } from './look'
import { SheetModel } from './SheetModel'

/** A sheet that was fitted and passed the gate. */
export interface Located {
  /** Index into the sheets. */
  readonly sheet: number
  readonly grown: Grown
  readonly codeCorrelation: number
  readonly identityMargin: number
  readonly marks: { readonly found: number; readonly visible: number }
}

/** Why a place in the picture was not taken for a sheet. */
export interface NotLocated {
  readonly reason: 'poor-fit' | 'not-identified'
  readonly codeCorrelation: number
  readonly marks: { readonly found: number; readonly visible: number }
}

/**
 * Two code places must correlate this well with the sheet's codes; one is enough when it was decoded and no other
 * was, since its text leaves no doubt.
 */
export const leastCodeCorrelation = 0.5
/** And more than this share of the marks in the picture must be where the fit expects them. */
export const leastMarkShare = 0.6
/** Identity without a decoded code: the best sheet must match this much better than the next. */
export const leastIdentityMargin = 0.08

/** Fits one sheet, known by a decoded code, from rough points. */
export function fitKnownSheet(
  view: LuminanceView,
  sheets: readonly SheetGeometry[],
  index: number,
  seeds: readonly Observation[],
  decoded: number,
  robust?: RobustHomography,
): Located | NotLocated {
  const sheet = sheets[index]!
  const start = startFrom(view, sheet, seeds, robust)
  const grown = start && growFit(view, start, seeds, [...codePatches(sheet), ...markPatches(sheet)])
  return grown ? gate(view, sheets, index, grown, 1, decoded) : nothing('poor-fit')
}

/**
 * Fits whatever sheet stands at these rough points: first by what all sheets of a layout share, then by the codes of
 * the sheet that its code places match best.
 */
export function fitAnySheet(
  view: LuminanceView,
  sheets: readonly SheetGeometry[],
  seedsOf: (sheet: SheetGeometry) => readonly Observation[],
  robust?: RobustHomography,
): Located | NotLocated {
  let worst: NotLocated = nothing('poor-fit')
  for (const layout of layoutsOf(sheets)) {
    const first = sheets[layout[0]!]!
    const seeds = seedsOf(first)
    const start = startFrom(view, first, seeds, robust)
    const plain = start && growFit(view, start, seeds, markPatches(first))
    if (!plain) continue
    const members = layout.map((index) => sheets[index]!)
    const identity = identify(view, plain.fit.model, members)
    if (!identity) continue
    if (identity.margin < leastIdentityMargin || identity.second < 0.3) {
      worst = { reason: 'not-identified', codeCorrelation: identity.second, marks: countMarks(plain) }
      continue
    }
    const index = layout[identity.sheet]!
    const rough = plain.found.map((item) => item.observation)
    const patches = [...codePatches(sheets[index]!), ...markPatches(first)]
    const grown = growFit(view, plain.fit.model, rough, patches)
    const located = grown ? gate(view, sheets, index, grown, identity.margin, 0) : nothing('poor-fit')
    if ('grown' in located) return located
    worst = located
  }
  return worst
}

function gate(
  view: LuminanceView,
  sheets: readonly SheetGeometry[],
  index: number,
  grown: Grown,
  identityMargin: number,
  decoded: number,
): Located | NotLocated {
  const match = matchCodes(view, grown.fit.model, sheets[index]!)
  const codeCorrelation = (decoded === 1 ? match?.best : match?.second) ?? -1
  const marks = countMarks(grown)
  if (codeCorrelation <= leastCodeCorrelation) return { reason: 'not-identified', codeCorrelation, marks }
  if (marks.found <= leastMarkShare * marks.visible || marks.found < 4) {
    return { reason: 'poor-fit', codeCorrelation, marks }
  }
  return { sheet: index, grown, codeCorrelation, identityMargin, marks }
}

function nothing(reason: NotLocated['reason']): NotLocated {
  return { reason, codeCorrelation: -1, marks: { found: 0, visible: 0 } }
}

function countMarks(grown: Grown): Located['marks'] {
  return {
    found: grown.found.filter((item) => item.patch.kind !== 'code').length,
    visible: grown.visible.filter((patch) => patch.kind !== 'code').length,
  }
}

/** Rough points that disagree by more than this share of the picture's longer side are left out of the start. */
const disagreement = 0.02

function startFrom(
  view: LuminanceView,
  sheet: SheetGeometry,
  seeds: readonly Observation[],
  robust: RobustHomography | undefined,
): SheetModel | undefined {
  const picture = { width: view.width, height: view.height }
  const mm = seeds.map((seed) => ({ x: seed.mmX, y: seed.mmY }))
  const px = seeds.map((seed) => ({ x: seed.pxX, y: seed.pxY }))
  const h =
    robust && seeds.length > 4
      ? robust.homography(mm, px, disagreement * Math.max(picture.width, picture.height))
      : undefined
  return h
    ? SheetModel.fromHomography(sheet.paper, picture, h)
    : SheetModel.fromPoints(sheet.paper, picture, mm, px)
}

/** Indices of sheets with the same marks, grouped; a set of sheets mostly has one layout. */
function layoutsOf(sheets: readonly SheetGeometry[]): number[][] {
  const groups = new Map<string, number[]>()
  sheets.forEach((sheet, i) => {
    const { paper, codes, aruco, marks } = sheet
    const key = JSON.stringify([paper, codes.map((code) => code.box), aruco, marks])
    groups.set(key, [...(groups.get(key) ?? []), i])
  })
  return [...groups.values()]
}
