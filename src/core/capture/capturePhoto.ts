import { HalftoneError } from '#core/errors'
import type { SheetGeometry } from '#core/sheet/SheetGeometry'
import type { Raster } from '#core/tensor/Raster'
import type { ReadCode } from './CodeReader'
import { cropSheet } from './cropSheet'
import type { Observation } from './fit'
import { fitAnySheet, fitKnownSheet, type Located, type NotLocated } from './fitSheet'
import { flipped } from './Gray'
import { handSeeds, type HandCorners } from './hand'
import { LuminanceView } from './linear'
import { look, lookForMarkers, type CaptureTools, type FoundMarker } from './look'
import { paperHomography, readGuided } from './paperWay'
import { defaultCropLimits, type CropLimits } from './quality'
import { codeSeeds, isSheetCode, markerSeeds, refusalsOf, sortCodes, type SortedCodes } from './sightings'
import { explainNotLocated, nothingFound } from './refusals'
import { StageClock } from './StageClock'
import type { CaptureOutcome, ReadSheet, RefusedSheet } from './types'
import { warningsOf } from './warnings'

export interface CaptureOptions {
  /** Size of the crops; by default that of the printed images. */
  readonly size?: { readonly width: number; readonly height: number }
  readonly limits?: CropLimits
  /** Corners given by hand; then nothing is searched for. */
  readonly corners?: HandCorners
}

/** What was found in one orientation of the picture, not yet cropped. */
interface Finding {
  readonly picture: Raster
  readonly view: LuminanceView
  readonly mirrored: boolean
  readonly located: readonly { readonly located: Located; readonly codes: readonly ReadCode[] }[]
  readonly missed: readonly NotLocated[]
  readonly sorted: SortedCodes
}

/**
 * From a photo to crops: finds the sheets, fits each sheet's plane with distortion and curl, identifies it, and cuts
 * out every image. Never throws for what a photo shows: that is in the outcome, with a sentence for people.
 *
 * @param picture upright photo, grey, RGB or RGBA
 * @param sheets every sheet of the experiment
 * @throws HalftoneError `invalid-argument` when there are no sheets or the picture is smaller than 64 x 64
 */
export function capturePhoto(
  picture: Raster,
  sheets: readonly SheetGeometry[],
  tools: CaptureTools,
  options: CaptureOptions = {},
): CaptureOutcome {
  if (sheets.length === 0) {
    throw new HalftoneError(
      'invalid-argument',
      'Expected at least one sheet to look for, got none. Make sheets first.',
    )
  }
  if (picture.width < 64 || picture.height < 64) {
    throw new HalftoneError(
      'invalid-argument',
      `Expected a photo of at least 64x64 pixels, got ${picture.width}x${picture.height}.`,
    )
  }
  const clock = new StageClock(tools.now)
  let finding = options.corners
    ? findByHand(picture, sheets, options.corners, clock)
    : findSheets(picture, sheets, tools, false, clock)
  const retry =
    !options.corners &&
    finding.located.length === 0 &&
    (finding.sorted.mirrored ||
      (finding.sorted.known.size === 0 && refusalsOf(finding.sorted, sheets).length === 0))
  if (retry) {
    const other = findSheets(flipped(picture), sheets, tools, true, clock)
    if (other.located.length > 0 || finding.sorted.mirrored) finding = other
  }
  const refused = [
    ...refusalsOf(finding.sorted, sheets),
    ...finding.missed.map((missed) => explainNotLocated(missed)),
  ]
  if (finding.located.length === 0) {
    const first: RefusedSheet = refused[0] ?? nothingFound(options.corners !== undefined)
    const { width, height } = picture
    return { kind: 'refused', ...first, picture: { width, height }, times: clock.times() }
  }
  const read = finding.located.map(({ located, codes }) =>
    readSheet(finding, sheets, located, codes, tools, options, refused, clock),
  )
  return { kind: 'read', sheets: read, refused, times: clock.times() }
}

function findSheets(
  picture: Raster,
  sheets: readonly SheetGeometry[],
  tools: CaptureTools,
  mirrored: boolean,
  clock: StageClock,
): Finding {
  const view = new LuminanceView(picture)
  const { codes, grain } = look(picture, tools.reader, isSheetCode)
  clock.mark('decode')
  const sorted = sortCodes(codes, sheets)
  if (sorted.mirrored) return { picture, view, mirrored, located: [], missed: [], sorted }
  let markers: FoundMarker[] | undefined
  const findMarkers = (): FoundMarker[] => {
    markers ??= tools.markers ? lookForMarkers(picture, tools.markers) : []
    clock.mark('markers')
    return markers
  }
  const located: { located: Located; codes: readonly ReadCode[] }[] = []
  const missed: NotLocated[] = []
  const take = (result: Located | NotLocated, of: readonly ReadCode[]): void => {
    if ('grown' in result) located.push({ located: result, codes: of })
    else missed.push(result)
  }
  for (const [index, seen] of sorted.known) {
    const sheet = sheets[index]!
    const seeds: Observation[] = codeSeeds(sheet, seen, grain)
    let result =
      seen.length > 1 ? fitKnownSheet(view, sheets, index, seeds, seen.length, tools.robust) : undefined
    if (!result || !('grown' in result)) {
      // One code alone says little about the far side of the page: markers help, when they belong to one sheet.
      const extra = sorted.known.size === 1 ? markerSeeds(sheet, findMarkers(), grain) : []
      result = fitKnownSheet(view, sheets, index, [...seeds, ...extra], seen.length, tools.robust)
    }
    take(result, seen)
  }
  const foreign = refusalsOf(sorted, sheets).length > 0
  if (located.length === 0 && !foreign && findMarkers().length > 0) {
    const result = fitAnySheet(
      view,
      sheets,
      (sheet) => markerSeeds(sheet, findMarkers(), grain),
      tools.robust,
    )
    if ('grown' in result) missed.length = 0
    take(result, sorted.known.get('grown' in result ? result.sheet : -1) ?? [])
  }
  clock.mark('fit')
  return { picture, view, mirrored, located, missed, sorted }
}

function findByHand(
  picture: Raster,
  sheets: readonly SheetGeometry[],
  corners: HandCorners,
  clock: StageClock,
): Finding {
  const view = new LuminanceView(picture)
  const sorted = sortCodes([], sheets)
  let missed: NotLocated[] = []
  // People begin at whatever corner is at the top left of the photo: try all four turns, then the mirror image.
  for (const mirrored of [false, true]) {
    const shown = mirrored ? flipped(picture) : picture
    const shownView = mirrored ? new LuminanceView(shown) : view
    for (let turn = 0; turn < 4; turn++) {
      const result = fitAnySheet(shownView, sheets, (sheet) =>
        handSeeds(sheet, corners, picture, turn, mirrored),
      )
      clock.mark('fit')
      if ('grown' in result) {
        return {
          picture: shown,
          view: shownView,
          mirrored,
          located: [{ located: result, codes: [] }],
          missed: [],
          sorted,
        }
      }
      if (missed.length === 0 || result.codeCorrelation > missed[0]!.codeCorrelation) missed = [result]
    }
  }
  return { picture, view, mirrored: false, located: [], missed, sorted }
}

function readSheet(
  finding: Finding,
  sheets: readonly SheetGeometry[],
  located: Located,
  seen: readonly ReadCode[],
  tools: CaptureTools,
  options: CaptureOptions,
  refused: readonly RefusedSheet[],
  clock: StageClock,
): ReadSheet {
  const { picture, mirrored } = finding
  const sheet = sheets[located.sheet]!
  const { grown } = located
  const { model, residuals } = grown.fit
  const codes = [...seen, ...readGuided(picture, model, sheet, seen, tools.reader)]
  clock.mark('guided')
  const paper = paperHomography(sheet, codes, model) ?? paperHomography(sheet, [], model)!
  const limits = options.limits ?? defaultCropLimits
  const crops = cropSheet(picture, sheet, grown, paper, options.size ?? sheet.image, limits)
  clock.mark('crop')
  const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length
  const facts = {
    codesRead: new Set(codes.map((code) => code.text)).size,
    residualPx: Math.sqrt(mean([...residuals.subarray(0, grown.found.length)].map((v) => v * v))),
    cameraPxPerSourcePx: mean(crops.map((crop) => crop.quality.cameraPxPerSourcePx)),
    blurPx: mean(grown.found.map((item) => item.blurPx)),
  }
  return {
    sheet: located.sheet,
    ...facts,
    codeCorrelation: located.codeCorrelation,
    identityMargin: located.identityMargin,
    marks: located.marks,
    warnings: warningsOf({
      ...facts,
      crops,
      mirrored,
      byHand: options.corners !== undefined,
      refused,
      limits,
    }),
    crops,
    fit: {
      page: { width: sheet.paper.width, height: sheet.paper.height },
      picture: { width: picture.width, height: picture.height },
      mirrored,
      parameters: model.parameters,
      paperHomography: paper,
    },
  }
}
