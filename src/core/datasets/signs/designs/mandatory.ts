import { outline, placed, type Contour } from '../../vector/outline'
import { arrow } from '../arrows'
import type { Drawing } from '../Drawing'
import { mandatoryPlate } from '../plates'
import type { SignStyle } from '../SignStyle'
import { roundabout as roundaboutArrows } from '../symbols'

function mandatory(contours: (style: SignStyle) => Contour[]) {
  return (style: SignStyle): Drawing => mandatoryPlate(style).fill('white', ...contours(style))
}

const pen = ({ border }: SignStyle): number => 0.25 * (0.7 + 0.3 * border)

export const aheadOnly = mandatory((style) => arrow([0, 0.68, 0, -0.72], pen(style)))

/** Turn left at the next crossing: up, then to the side. */
function turn(style: SignStyle, mirror: boolean): Contour[] {
  const line = outline('M.3 .66 L.3 .08 C.3 -.12 .2 -.2 .04 -.2 L-.7 -.2')[0]!
  return placed(arrow(line, pen(style)), { mirror })
}
export const turnLeftAhead = mandatory((style) => turn(style, false))
export const turnRightAhead = mandatory((style) => turn(style, true))

/** An arrow down to the side on which to pass. */
function keep(style: SignStyle, mirror: boolean): Contour[] {
  return placed(arrow([0.46, -0.46, -0.5, 0.5], pen(style)), { mirror })
}
export const keepLeft = mandatory((style) => keep(style, false))
export const keepRight = mandatory((style) => keep(style, true))

export const roundabout = mandatory((style) => roundaboutArrows(style.variant < 0.3))
