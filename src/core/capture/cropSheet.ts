import type { SheetGeometry } from '#core/sheet/SheetGeometry'
import type { Raster } from '#core/tensor/Raster'
import { fitColour } from './colour'
import type { Grown } from './grow'
import { applyHomography, type Homography } from './homography'
import { judgeSlot, type CropLimits } from './quality'
import { encodeCrop, rectify, type Projection } from './rectify'
import type { Crop } from './types'

/**
 * Cuts every slot out of the picture, the paper's way and by the fit, each with and without colour correction. Where
 * colours cannot be corrected (no white paper or patches in the picture) both are the same.
 */
export function cropSheet(
  picture: Raster,
  sheet: SheetGeometry,
  grown: Grown,
  paper: Homography,
  size: { readonly width: number; readonly height: number },
  limits: CropLimits,
): Crop[] {
  const { model } = grown.fit
  const refinedWay: Projection = (x, y) => model.project(x, y)
  const paperWay: Projection = (x, y) => applyHomography(paper, x, y)
  const colour = fitColour(picture, refinedWay, sheet)
  return sheet.slots.map((slot, index) => {
    const refined = rectify(picture, refinedWay, slot.box, size)
    const byPaper = rectify(picture, paperWay, slot.box, size)
    return {
      slot: index,
      paper: encodeCrop(byPaper),
      paperColour: encodeCrop(colour ? colour.apply(byPaper, slot.box) : byPaper),
      refined: encodeCrop(refined),
      refinedColour: encodeCrop(colour ? colour.apply(refined, slot.box) : refined),
      quality: judgeSlot(sheet, slot, grown, limits),
    }
  })
}
