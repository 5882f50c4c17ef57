import type { CaptureSource, Experiment, ModelRef, SheetOptions } from '#contract/experiment'
import type { SheetList } from '#contract/steps'
import { cameraOf } from './cameras'
import { layoutDefaults, type LayoutOptions } from './LayoutOptions'
import { layoutSheets } from './layoutSheets'
import { experimentCode } from './payload'
import { recommend } from './recommend'
import type { LaidSheet } from './SheetLayout'

/** What of an experiment decides how its pages look. */
export interface SheetChoices {
  readonly sheets: SheetOptions
  readonly model: Pick<ModelRef, 'input'>
  readonly capture: CaptureSource
}

/** How the experiment's pages look: as chosen, and where nothing was chosen as suits image size and camera. */
export function layoutOptions({ sheets, model, capture }: SheetChoices): LayoutOptions {
  const imagePx = { width: model.input.width, height: model.input.height }
  const chosen = {
    paper: sheets.paper,
    orientation: sheets.orientation,
    pairColumns: sheets.columns ?? ('auto' as const),
    margin: sheets.margin,
  }
  if (sheets.imageMm !== null) {
    return { ...layoutDefaults, ...chosen, imagePx, size: { kind: 'mm', width: sheets.imageMm } }
  }
  return recommend(imagePx, cameraOf(capture), chosen).options
}

/**
 * The six characters by which the sheets' QR codes know their experiment: from all that decides what is printed, so that
 * making the same experiment again under another name gives sheets that can stand for each other.
 */
export function sheetCode(experiment: Experiment, layout: LayoutOptions): string {
  const { model, images, seed, count, cases, prefilter, settings } = experiment
  const { sha256 } = model
  return experimentCode(JSON.stringify({ sha256, images, seed, count, cases, prefilter, settings, layout }))
}

/** Every sheet, as it was printed. */
export function printedSheets({ code, layout, sheets }: SheetList): readonly LaidSheet[] {
  const pairs = sheets.reduce((sum, sheet) => sum + sheet.pairs.length, 0)
  return layoutSheets({ options: layout, experiment: code, pairs }).sheets
}
