import { defaultCropLimits } from '#core/capture/quality'
import type { Seen, SeenSheet } from '#core/capture/seenSheets'
import { sheetPose, type SheetPose } from '#core/capture/sheetPose'
import type { PointPx } from '#core/capture/types'
import { AIM, cameraPxPerSourcePx } from '#core/sheet/recommend'
import type { SheetLayout } from '#core/sheet/SheetLayout'

/** What the camera is to find: the sheets of one experiment. */
export interface Sought {
  /** The experiment's code, as in the QR codes. */
  readonly code: string
  readonly sheets: number
  readonly layout: SheetLayout
}

/** How the sheet before the camera stands: each is wanted for a good photo. */
export interface Checks {
  /** All four codes are read. */
  readonly complete: boolean
  /** It fills enough of the picture. */
  readonly large: boolean
  readonly steady: boolean
  readonly sharp: boolean
}

/** What the camera looks at. Sheets count from 1, as people count them. */
export type Aim =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'newer' }
  | { readonly kind: 'other-experiment'; readonly code: string }
  | { readonly kind: 'unknown-sheet'; readonly sheet: number }
  | {
      readonly kind: 'sheet'
      readonly sheet: number
      readonly codes: number
      readonly checks: Checks
      readonly pose: SheetPose | undefined
      /** Its page fills this share of the picture's tighter side. */
      readonly fill: number
      /** Standard deviation of the blur in camera pixels; null where it cannot be told. */
      readonly blurPx: number | null
    }

interface Sample {
  readonly at: number
  readonly centres: ReadonlyMap<string, PointPx>
  readonly blur: number | null
}

/** A sheet has to lie still for this long, ms, over at least so many looks at it. */
const still = { ms: 350, looks: 3 }
/** Nothing older counts. */
const remembered = 1500
/**
 * What counts as still: code centres stay within this share of the picture's longer side. Over 350 ms that is 12 px/s at
 * 1080p, 0.2 px of motion blur in an exposure of 1/60 s; less would be the reader's own whole-pixel steps.
 */
const stillShare = 0.0022
/** Sharp is within this factor of the sharpest that this camera has shown, or below this many camera pixels. */
const sharp = { ofBest: 1.3, px: 0.8 }
/** The focus has come to rest when the blur keeps within this factor while the sheet lies still. */
const restingFocus = 1.35
/** The best that was seen is forgotten slowly, by this share a second: it may have been a nearer sheet. */
const forgetting = 0.04
/** Large is this share of the camera pixels that a page filling the picture would give; upright in a wide picture is less. */
const largeShare = 0.75

/** Follows what a camera sees from look to look, and says how good a photo would be. */
export class SheetWatch {
  readonly #sought: Sought
  #key = ''
  #samples: Sample[] = []
  #bestBlur = Infinity
  #lastAt = 0

  constructor(sought: Sought) {
    this.#sought = sought
  }

  /** @param now in ms, of any clock that only grows */
  see(seen: Seen, now: number): Aim {
    const { code, sheets } = this.#sought
    this.#bestBlur *= 1 + (forgetting * Math.max(0, now - this.#lastAt)) / 1000
    this.#lastAt = now
    const ours = seen.sheets.find(({ experiment, sheet }) => experiment === code && sheet < sheets)
    if (!ours) {
      this.#samples = []
      const other = seen.sheets[0]
      if (other) {
        return other.experiment === code
          ? { kind: 'unknown-sheet', sheet: other.sheet + 1 }
          : { kind: 'other-experiment', code: other.experiment }
      }
      return { kind: seen.newer > 0 ? 'newer' : seen.foreign > 0 ? 'foreign' : 'nothing' }
    }
    this.#remember(ours, now)
    const pose = sheetPose(ours, this.#sought.layout.template)
    const blurPx = this.#samples.at(-1)!.blur
    if (blurPx !== null) this.#bestBlur = Math.min(this.#bestBlur, blurPx)
    return {
      kind: 'sheet',
      sheet: ours.sheet + 1,
      codes: ours.codes.length,
      checks: {
        complete: ours.codes.length === 4,
        large: pose !== undefined && pose.cameraPx >= this.leastCameraPx(seen),
        steady: this.#isSteady(seen, now),
        sharp: this.#isSharp(pose, now),
      },
      pose,
      fill: pose ? fillOf(pose, seen) : 0,
      blurPx,
    }
  }

  /** Camera pixels to an image pixel that are asked for before a photo is taken by itself. */
  leastCameraPx(picture: { readonly width: number; readonly height: number }): number {
    const { options, dotsPerPixel } = this.#sought.layout
    const best = cameraPxPerSourcePx(options, dotsPerPixel, picture)
    return Math.max(defaultCropLimits.leastCameraPx, largeShare * Math.min(best, AIM))
  }

  #remember({ sheet, codes }: SeenSheet, now: number): void {
    const key = String(sheet)
    if (key !== this.#key) this.#samples = []
    this.#key = key
    const blurs = codes.flatMap(({ blurPx }) => (blurPx === null ? [] : [blurPx]))
    this.#samples = this.#samples.filter(({ at }) => now - at <= remembered)
    this.#samples.push({
      at: now,
      // Without the bottom right corner, which the reader only guesses.
      centres: new Map(
        codes.map(({ corner, corners: [, b, , d] }) => [corner, { x: (b.x + d.x) / 2, y: (b.y + d.y) / 2 }]),
      ),
      blur: blurs.length > 0 ? blurs.reduce((sum, value) => sum + value, 0) / blurs.length : null,
    })
  }

  /** The latest looks that together are long enough to tell; undefined before there are as many. */
  #recent(now: number): readonly Sample[] | undefined {
    for (let i = this.#samples.length - still.looks; i >= 0; i--) {
      if (now - this.#samples[i]!.at >= still.ms) return this.#samples.slice(i)
    }
    return undefined
  }

  #isSteady(picture: { readonly width: number; readonly height: number }, now: number): boolean {
    const recent = this.#recent(now)
    if (!recent) return false
    const most = stillShare * Math.max(picture.width, picture.height)
    const corners = [...recent.at(-1)!.centres.keys()]
    return corners.every((corner) => {
      const points = recent.flatMap(({ centres }) => centres.get(corner) ?? [])
      const range = (values: number[]): number => Math.max(...values) - Math.min(...values)
      return Math.hypot(range(points.map(({ x }) => x)), range(points.map(({ y }) => y))) <= most
    })
  }

  #isSharp(pose: SheetPose | undefined, now: number): boolean {
    const blur = this.#samples.at(-1)?.blur ?? null
    if (blur === null || !pose) return false
    if (blur / pose.cameraPx > defaultCropLimits.mostBlur / 2) return false
    if (blur <= sharp.px) return true
    const resting = this.#recent(now)?.flatMap((sample) => sample.blur ?? []) ?? []
    const rests = Math.max(...resting) <= restingFocus * Math.min(...resting)
    return rests && blur <= sharp.ofBest * this.#bestBlur
  }
}

/** The larger of the two shares that the page takes of the picture's width and height. */
function fillOf(
  { outline }: SheetPose,
  picture: { readonly width: number; readonly height: number },
): number {
  const xs = outline.map(({ x }) => x)
  const ys = outline.map(({ y }) => y)
  return Math.max(
    (Math.max(...xs) - Math.min(...xs)) / picture.width,
    (Math.max(...ys) - Math.min(...ys)) / picture.height,
  )
}
