import type { CapturedSheet } from '#contract/steps'
import { defaultCropLimits } from '#core/capture/quality'

export interface Grade {
  readonly word: 'good' | 'fair' | 'poor'
  /** The reasons for less than good, as the capture said them. */
  readonly why: readonly string[]
}

/**
 * How well a sheet was captured, by the limits that decide on its crops: poor when crops were refused, fair when something
 * is near its limit or was warned of, good otherwise.
 */
export function gradeOf(sheet: CapturedSheet): Grade {
  const refused = sheet.crops.filter((crop) => crop.refused !== null)
  if (refused.length > 0) {
    const reasons = [...new Set(refused.map((crop) => crop.refused!))]
    const of = `${refused.length} of ${sheet.crops.length} crops cannot be used.`
    return { word: 'poor', why: [of, ...reasons.slice(0, 2), ...sheet.warnings] }
  }
  const worst = sheet.crops.reduce(
    (most, { quality }) => ({
      cameraPixels: Math.min(most.cameraPixels, quality.cameraPixels),
      blur: Math.max(most.blur, quality.blur),
      residual: Math.max(most.residual, quality.residual),
    }),
    { cameraPixels: Infinity, blur: 0, residual: 0 },
  )
  const why = [...sheet.warnings]
  const told = (word: string): boolean => why.some((reason) => reason.includes(word))
  if (worst.cameraPixels < 1 && !told('pixels for one pixel')) {
    why.push(
      `${worst.cameraPixels.toFixed(2)} camera pixels to an image pixel; at least 1 shows fine perturbations.`,
    )
  }
  if (worst.blur > defaultCropLimits.mostBlur / 2 && !told('soft')) {
    why.push(`Blurred by up to ${worst.blur.toFixed(1)} image pixels.`)
  }
  if (worst.residual > defaultCropLimits.mostResidual / 2) {
    why.push(`Marks up to ${worst.residual.toFixed(2)} image pixels off the fit: the sheet may not be flat.`)
  }
  return { word: why.length > 0 ? 'fair' : 'good', why }
}
