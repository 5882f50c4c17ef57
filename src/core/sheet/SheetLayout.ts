import type { LayoutOptions } from './LayoutOptions'
import type { RectMm, SheetGeometry } from './SheetGeometry'

/** A layout before it is given an experiment: a page's worth of pairs, and what only the writer needs to know. */
export interface SheetLayout {
  readonly options: LayoutOptions
  /** A full page; its codes name experiment 000000, sheet 0. */
  readonly template: SheetGeometry
  readonly pairColumns: number
  readonly rows: number
  readonly pairsPerSheet: number
  /** Whole dots of 1/600 inch to each source pixel. */
  readonly dotsPerPixel: number
  /** Where the text under each slot may stand, in the order of the template's slots. */
  readonly captions: readonly RectMm[]
  /** Boxes for the page's own text. */
  readonly header: RectMm
  readonly footer: RectMm
  /** What was rounded or left white, for the user. */
  readonly notes: readonly string[]
}

/** One page with its own codes. */
export interface LaidSheet {
  /** From 0. */
  readonly sheet: number
  /** `slots[i].pair` counts through the whole plan, from 0. */
  readonly geometry: SheetGeometry
  /** In the order of the geometry's slots. */
  readonly captions: readonly RectMm[]
  readonly firstPair: number
  readonly pairs: number
}

/** What is to be laid on sheets. */
export interface SheetPlan {
  readonly options: LayoutOptions
  /** Six of 0-9 and A-Z: see `experimentCode`. */
  readonly experiment: string
  /** Pairs of images in all. */
  readonly pairs: number
}
