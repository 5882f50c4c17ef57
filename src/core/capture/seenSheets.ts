import { decodePayload } from '#core/sheet/payload'
import type { Corner } from '#core/sheet/SheetGeometry'
import type { ReadCode } from './CodeReader'
import type { Gray } from './Gray'
import { codeBlur } from './sharpness'
import type { PointPx } from './types'

/** One corner code of a sheet in a camera picture. */
export interface SeenCode {
  readonly corner: Corner
  /** In the code's own order, picture pixels: the third, bottom right, is the least sure. */
  readonly corners: readonly [PointPx, PointPx, PointPx, PointPx]
  /** Standard deviation of the blur in picture pixels; null where it cannot be told. */
  readonly blurPx: number | null
}

/** A sheet of any experiment in a camera picture. */
export interface SeenSheet {
  readonly experiment: string
  /** From 0. */
  readonly sheet: number
  readonly codes: readonly SeenCode[]
}

/** What a glance at a camera picture told. Plain numbers and texts: it crosses from a worker. */
export interface Seen {
  readonly width: number
  readonly height: number
  /** The sheet with the most codes first. */
  readonly sheets: readonly SeenSheet[]
  /** Sheets made by a newer Halftone. */
  readonly newer: number
  /** QR codes that are none of ours. */
  readonly foreign: number
}

/** Sorts codes by the sheet that they name, and measures how sharp they are. @param gray the picture they were read in */
export function seenSheets(gray: Gray, codes: readonly ReadCode[]): Seen {
  const sheets = new Map<string, { experiment: string; sheet: number; codes: SeenCode[] }>()
  let newer = 0
  let foreign = 0
  for (const { text, corners } of codes) {
    const decoded = decodePayload(text)
    if (!decoded.ok) {
      if (decoded.problem === 'newer-version') newer++
      else foreign++
      continue
    }
    const { experiment, sheet, corner } = decoded.value
    const key = `${experiment}/${sheet}`
    const entry = sheets.get(key) ?? { experiment, sheet, codes: [] }
    sheets.set(key, entry)
    // The same corner twice is a copy of the sheet, or a screen beside it: the first stands for both.
    if (entry.codes.some((code) => code.corner === corner)) continue
    entry.codes.push({ corner, corners, blurPx: codeBlur(gray, corners) ?? null })
  }
  return {
    width: gray.width,
    height: gray.height,
    sheets: [...sheets.values()].sort((a, b) => b.codes.length - a.codes.length),
    newer,
    foreign,
  }
}
