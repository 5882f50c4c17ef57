import type { CaptureOutcome, ReadSheet, RefusedSheet } from './types'

/** One photo's outcome under the photo's name. */
export interface NamedOutcome {
  readonly photo: string
  readonly outcome: CaptureOutcome
}

/** A sheet that was photographed more than once. */
export interface Duplicate {
  readonly sheet: number
  readonly kept: string
  readonly dropped: readonly string[]
  readonly message: string
}

/** All photos of one experiment, sorted by sheet. */
export interface Collection {
  /** The best reading of each sheet, by sheet number. */
  readonly sheets: ReadonlyMap<number, { readonly photo: string; readonly read: ReadSheet }>
  readonly duplicates: readonly Duplicate[]
  /** Sheets that no photo shows. */
  readonly missing: readonly number[]
  readonly refused: readonly (RefusedSheet & { readonly photo: string })[]
}

/**
 * Sorts readings by sheet. Of a sheet that was photographed twice the better reading is kept: more usable crops first,
 * then less blur in image pixels.
 * @param sheetCount how many sheets the experiment has
 */
export function collect(outcomes: readonly NamedOutcome[], sheetCount: number): Collection {
  const readings = new Map<number, { photo: string; read: ReadSheet }[]>()
  const refused: (RefusedSheet & { photo: string })[] = []
  for (const { photo, outcome } of outcomes) {
    if (outcome.kind === 'refused') {
      refused.push({ photo, reason: outcome.reason, message: outcome.message })
      continue
    }
    refused.push(...outcome.refused.map((other) => ({ photo, ...other })))
    for (const read of outcome.sheets) {
      readings.set(read.sheet, [...(readings.get(read.sheet) ?? []), { photo, read }])
    }
  }
  const sheets = new Map<number, { photo: string; read: ReadSheet }>()
  const duplicates: Duplicate[] = []
  for (const [sheet, all] of [...readings].sort(([a], [b]) => a - b)) {
    const [best, ...rest] = [...all].sort((a, b) => compare(b.read, a.read))
    sheets.set(sheet, best!)
    if (rest.length > 0) {
      const dropped = rest.map(({ photo }) => photo)
      duplicates.push({
        sheet,
        kept: best!.photo,
        dropped,
        message: `Sheet ${sheet + 1} is in ${all.length} photos; ${best!.photo} is the best and is used, not ${dropped.join(', ')}.`,
      })
    }
  }
  const missing = Array.from({ length: sheetCount }, (_, i) => i).filter((i) => !sheets.has(i))
  return { sheets, duplicates, missing, refused }
}

/** Positive when `a` is the better reading. */
function compare(a: ReadSheet, b: ReadSheet): number {
  const usable = (read: ReadSheet): number => read.crops.filter((crop) => crop.quality.usable).length
  const blur = (read: ReadSheet): number =>
    read.crops.reduce((sum, crop) => sum + crop.quality.blurSourcePx, 0) / Math.max(1, read.crops.length)
  return usable(a) - usable(b) || blur(b) - blur(a)
}
