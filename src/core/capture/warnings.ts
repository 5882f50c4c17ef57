import type { CropLimits } from './quality'
import type { CaptureWarning, Crop, RefusedSheet } from './types'

/** What a person should know of a sheet that was read. */
export function warningsOf(facts: {
  readonly codesRead: number
  readonly cameraPxPerSourcePx: number
  readonly crops: readonly Crop[]
  readonly mirrored: boolean
  readonly byHand: boolean
  readonly refused: readonly RefusedSheet[]
  readonly limits: CropLimits
}): CaptureWarning[] {
  const { crops } = facts
  const out: CaptureWarning[] = []
  if (facts.mirrored) {
    out.push({
      kind: 'mirrored',
      message: 'The picture is mirrored, as a webcam preview is; it was turned back.',
    })
  }
  if (facts.byHand) {
    out.push({
      kind: 'corners-by-hand',
      message: 'The corners were given by hand and then refined by the marks.',
    })
  }
  if (facts.codesRead < 4) {
    out.push({
      kind: 'few-codes',
      message: `${facts.codesRead} of 4 codes could be decoded. The paper's own way would have dropped this photo.`,
    })
  }
  if (facts.cameraPxPerSourcePx < 1) {
    out.push({
      kind: 'low-resolution',
      message: `The camera has ${facts.cameraPxPerSourcePx.toFixed(2)} pixels for one pixel of an image; fine perturbations need at least 1.`,
    })
  }
  const blur = crops.reduce((sum, crop) => sum + crop.quality.blurSourcePx, 0) / Math.max(1, crops.length)
  if (blur > facts.limits.mostBlur / 2) {
    out.push({ kind: 'soft', message: `The photo is soft: blurred by ${blur.toFixed(1)} image pixels.` })
  }
  const outside = crops.filter((crop) => !crop.quality.inside).length
  if (outside > 0) {
    out.push({
      kind: 'partly-outside',
      message: `${outside} of ${crops.length} images are not wholly in the photo.`,
    })
  }
  for (const other of facts.refused) out.push({ kind: 'other-sheet-refused', message: other.message })
  return out
}
