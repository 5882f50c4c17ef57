import type { ImageSlot, SheetGeometry } from '#core/sheet/SheetGeometry'
import { predictedDeviation } from './fit'
import type { Grown } from './grow'
import { leastSingular } from './leastSingular'
import type { CropQuality } from './types'

/** Limits beyond which a crop is not scored. */
export interface CropLimits {
  /** Least camera pixels along one source pixel. */
  readonly leastCameraPx: number
  /** Largest residual of the marks round the crop, source pixels. */
  readonly mostResidual: number
  /** Largest blur, as a standard deviation in source pixels. */
  readonly mostBlur: number
  /** Largest standard deviation of the place that the fit expects, source pixels. */
  readonly mostExpectedError: number
}

export const defaultCropLimits: CropLimits = {
  leastCameraPx: 0.35,
  mostResidual: 0.6,
  mostBlur: 3,
  mostExpectedError: 0.5,
}

/** Patches nearest to a crop that speak for it. */
const neighbours = 8

/** Judges one slot by the geometry of the fit and by the marks nearest to it. */
export function judgeSlot(
  sheet: SheetGeometry,
  slot: ImageSlot,
  { fit, found }: Grown,
  limits: CropLimits,
): CropQuality {
  const { box } = slot
  const { model, residuals } = fit
  // Covariances come from the deviations that the patches claim; when the fit leaves more, they are scaled up.
  const claim = Math.max(
    1,
    Math.sqrt(
      found.reduce((sum, { observation }, i) => sum + (residuals[i]! / observation.deviation) ** 2, 0) /
        (2 * found.length),
    ),
  )
  let expected = 0
  const pitchX = box.width / sheet.image.width
  const pitchY = box.height / sheet.image.height
  let cameraPx = Infinity
  let inside = true
  for (const fy of [0, 0.5, 1]) {
    for (const fx of [0, 0.5, 1]) {
      const x = box.x + fx * box.width
      const y = box.y + fy * box.height
      const p = model.project(x, y)
      if (!(p.x >= 0 && p.y >= 0 && p.x <= model.picture.width && p.y <= model.picture.height)) inside = false
      const [a, b, c, d] = model.scaleAt(x, y)
      expected = Math.max(expected, claim * predictedDeviation(fit, x, y))
      cameraPx = Math.min(cameraPx, leastSingular(a * pitchX, b * pitchY, c * pitchX, d * pitchY))
    }
  }
  const cx = box.x + box.width / 2
  const cy = box.y + box.height / 2
  const near = found
    .map((item, i) => ({
      item,
      residual: residuals[i]!,
      distance: Math.hypot(item.patch.center.x - cx, item.patch.center.y - cy),
    }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, neighbours)
  const blur = near.reduce((sum, { item }) => sum + item.blurPx, 0) / near.length / cameraPx
  const residual =
    Math.sqrt(near.reduce((sum, { residual }) => sum + residual * residual, 0) / near.length) / cameraPx
  const reasons: string[] = []
  if (!inside) reasons.push('The image is not wholly in the photo: take it from farther away.')
  if (cameraPx < limits.leastCameraPx) {
    reasons.push(
      `The camera has ${cameraPx.toFixed(2)} pixels for one pixel of the image; at least ${limits.leastCameraPx} are needed. ` +
        'Go nearer, use a camera of higher resolution, or print larger.',
    )
  }
  if (blur > limits.mostBlur) {
    reasons.push(
      `The photo is blurred by ${blur.toFixed(1)} image pixels; at most ${limits.mostBlur} are allowed. ` +
        'Hold still, use more light, and let the camera focus.',
    )
  }
  if (!(residual <= limits.mostResidual)) {
    reasons.push(
      `The marks round this image are ${residual.toFixed(2)} image pixels off the fit; at most ${limits.mostResidual} are allowed. ` +
        'Lay the sheet flat.',
    )
  }
  if (!(expected / cameraPx <= limits.mostExpectedError)) {
    reasons.push(
      `Too few marks were found round this image: its place is known to ${(expected / cameraPx).toFixed(1)} image pixels only. ` +
        'Keep fingers and shadows off the marks.',
    )
  }
  return {
    cameraPxPerSourcePx: cameraPx,
    blurSourcePx: blur,
    residualSourcePx: residual,
    expectedErrorSourcePx: expected / cameraPx,
    inside,
    usable: reasons.length === 0,
    reasons,
  }
}
