import { applyHomography } from '#core/capture/homography'
import { SheetModel } from '#core/capture/SheetModel'
import type { FittedSheet } from '#core/capture/types'
import type { ImageSlot, PointMm, SheetGeometry } from '#core/sheet/SheetGeometry'
import { unprojectPoint, type PhotoGeometry } from '#core/simulator/geometry'

/** How far the crop of a slot is off its true place, in source pixels: mean over its corners and its middle. */
export interface CropError {
  readonly paper: number
  readonly refined: number
}

/**
 * Measures crops of a simulated photo against the truth: where the fit puts a point of the page is looked up on the
 * page as it really lies, and the difference is counted in pixels of the printed image.
 */
export function cropError(
  fit: FittedSheet,
  sheet: SheetGeometry,
  { box }: ImageSlot,
  truth: PhotoGeometry,
): CropError {
  const model = new SheetModel(fit.page, fit.picture, fit.parameters)
  const points: PointMm[] = [0, 1].flatMap((fy) =>
    [0, 1].map((fx) => ({ x: box.x + fx * box.width, y: box.y + fy * box.height })),
  )
  points.push({ x: box.x + box.width / 2, y: box.y + box.height / 2 })
  const pitchX = box.width / sheet.image.width
  const pitchY = box.height / sheet.image.height
  const mean = (project: (point: PointMm) => PointMm): number => {
    const errors = points.map((point) => {
      const found = project(point)
      const x = fit.mirrored ? fit.picture.width - found.x : found.x
      const real = unprojectPoint(truth, x, found.y)
      return Math.hypot((real.x - point.x) / pitchX, (real.y - point.y) / pitchY)
    })
    return errors.reduce((sum, error) => sum + error, 0) / errors.length
  }
  return {
    paper: mean(({ x, y }) => applyHomography(fit.paperHomography, x, y)),
    refined: mean(({ x, y }) => model.project(x, y)),
  }
}
