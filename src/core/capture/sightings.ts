import { decodePayload, type SheetCodeText } from '#core/sheet/payload'
import { cornerOfAruco } from '#core/sheet/aruco'
import type { RectMm, SheetGeometry } from '#core/sheet/SheetGeometry'
import type { ReadCode } from './CodeReader'
import { cornersOf } from './boxCorners'
import type { Observation } from './fit'
import type { FoundMarker } from './look'
import type { PointPx, RefusedSheet } from './types'

/** Codes in a picture, sorted by what they say. */
export interface SortedCodes {
  /** Index of a sheet that was handed in, and its codes in the picture. */
  readonly known: ReadonlyMap<number, readonly ReadCode[]>
  /** Sheets of the same experiment that were not handed in. */
  readonly unknownSheets: readonly number[]
  /** Other experiments' codes. */
  readonly otherExperiments: readonly string[]
  /** Codes of a version that this program cannot read. */
  readonly newer: readonly string[]
  /** Most of our codes are seen in a mirror. */
  readonly mirrored: boolean
}

/** The text of a code as any Halftone sheet has it, whatever its experiment. */
export function isSheetCode(text: string): boolean {
  const decoded = decodePayload(text)
  return decoded.ok || decoded.problem === 'newer-version'
}

export function sortCodes(codes: readonly ReadCode[], sheets: readonly SheetGeometry[]): SortedCodes {
  const sheetOf = new Map(sheets.flatMap((sheet, i) => sheet.codes.map((code) => [code.payload, i] as const)))
  const experiments = new Set(
    sheets.flatMap((sheet) => sheet.codes.map((code) => textOf(code.payload)?.experiment)),
  )
  const known = new Map<number, ReadCode[]>()
  const unknown = new Set<number>()
  const others = new Set<string>()
  const newer = new Set<string>()
  let straight = 0
  let mirrored = 0
  for (const code of codes) {
    if (!isSheetCode(code.text)) continue
    if (code.mirrored) mirrored++
    else straight++
    const sheet = sheetOf.get(code.text)
    const text = textOf(code.text)
    if (sheet !== undefined) known.set(sheet, [...(known.get(sheet) ?? []), code])
    else if (!text) newer.add(code.text)
    else if (experiments.has(text.experiment)) unknown.add(text.sheet)
    else others.add(text.experiment)
  }
  return {
    known,
    unknownSheets: [...unknown].sort((a, b) => a - b),
    otherExperiments: [...others].sort(),
    newer: [...newer],
    mirrored: mirrored > straight,
  }
}

function textOf(text: string): SheetCodeText | undefined {
  const decoded = decodePayload(text)
  return decoded.ok ? decoded.value : undefined
}

/** What to say of codes that belong to no sheet at hand. */
export function refusalsOf(sorted: SortedCodes, sheets: readonly SheetGeometry[]): RefusedSheet[] {
  const ours = textOf(sheets[0]?.codes[0]?.payload ?? '')?.experiment
  const expected = ours === undefined ? 'this experiment' : `experiment ${ours}`
  return [
    ...sorted.unknownSheets.map((sheet): RefusedSheet => ({
      reason: 'unknown-sheet',
      message: `The photo shows sheet ${sheet + 1} of ${expected}, which has no such sheet here. Add its sheets, or leave this photo out.`,
    })),
    ...sorted.otherExperiments.map((experiment): RefusedSheet => ({
      reason: 'wrong-experiment',
      message: `The photo shows a sheet of experiment ${experiment}; expected ${expected}. Import it there.`,
    })),
    ...sorted.newer.map((text): RefusedSheet => ({
      reason: 'unknown-sheet',
      message: `The photo shows a sheet made by a newer version of Halftone (code version ${text.charAt(2)}). Update Halftone.`,
    })),
  ]
}

/** Rough points from the corners of decoded codes; the fourth corner is extrapolated by the reader and trusted less. */
export function codeSeeds(sheet: SheetGeometry, codes: readonly ReadCode[], grain: number): Observation[] {
  return codes.flatMap((code) => {
    const place = sheet.codes.find((other) => other.payload === code.text)
    return place
      ? cornerSeeds(place.box, code.corners, [1.5 * grain, 1.5 * grain, 4 * grain, 1.5 * grain])
      : []
  })
}

/** Rough points from markers. Markers seen twice are left out: they lie on different sheets. */
export function markerSeeds(
  sheet: SheetGeometry,
  markers: readonly FoundMarker[],
  grain: number,
): Observation[] {
  return markers.flatMap((marker) => {
    const corner = cornerOfAruco(marker.id)
    const place = sheet.aruco.find((other) => other.corner === corner)
    if (!place || markers.filter((other) => other.id === marker.id).length > 1) return []
    return cornerSeeds(place.box, marker.corners, [grain, grain, grain, grain])
  })
}

function cornerSeeds(box: RectMm, corners: readonly PointPx[], deviations: readonly number[]): Observation[] {
  return cornersOf(box).map((mm, i) => ({
    mmX: mm.x,
    mmY: mm.y,
    pxX: corners[i]!.x,
    pxY: corners[i]!.y,
    deviation: deviations[i]!,
  }))
}
