import { disk, rectangle, regular, rounded, type Contour } from '../vector/outline'
import { Drawing, type Paint } from './Drawing'
import type { SignStyle } from './SignStyle'

/** Centre of the room for a symbol inside a warning triangle: its incentre. */
export const triangleCentre = 0.29
const inradius = 0.61

/** An upright triangle moved inwards by `inset` on all sides. */
export function triangle(inset: number, corner: number): Contour {
  const k = (inradius - inset) / inradius
  const half = Math.sqrt(3) * inradius * k
  const base = triangleCentre + inradius * k
  return rounded([0, triangleCentre - 2 * inradius * k, half, base, -half, base], corner)
}

/** Red border, white or yellow ground, point up. */
export function warningPlate(style: SignStyle): Drawing {
  const corner = 0.14 + style.corner
  const drawing = new Drawing()
  if (style.rim > 0) drawing.fill('white', triangle(0, corner))
  return drawing
    .fill('red', triangle(style.rim, corner * 0.9))
    .fill(style.ground, triangle(style.rim + 0.135 * style.border, corner * 0.45))
}

/** Red ring, white or yellow ground. */
export function prohibitionPlate(style: SignStyle, ground: Paint = style.ground): Drawing {
  const drawing = new Drawing()
  if (style.rim > 0) drawing.fill('white', disk(0, 0, 1, 56))
  return drawing
    .fill('red', disk(0, 0, 1 - style.rim, 56))
    .fill(ground, disk(0, 0, 1 - style.rim - 0.2 * style.border, 48))
}

/** A blue disk in a thin white ring. */
export function mandatoryPlate(style: SignStyle): Drawing {
  return new Drawing().fill('white', disk(0, 0, 1, 56)).fill('blue', disk(0, 0, 1 - style.rim, 56))
}

/** A rectangle with rounded corners, rimmed in white when the style has a rim. */
export function panel(style: SignStyle, paint: Paint, width: number, height: number): Drawing {
  const at = (inset: number): Contour =>
    rounded(
      rectangle(-width + inset, -height + inset, 2 * (width - inset), 2 * (height - inset)),
      Math.max(0.03, style.corner - inset),
    )
  return new Drawing().fill('white', at(0)).fill(paint, at(style.rim))
}

export function octagon(inset: number): Contour {
  return regular(8, (1 - inset) / Math.cos(Math.PI / 8), Math.PI / 8)
}

/** A square on its corner. */
export function diamond(inset: number, corner: number): Contour {
  return rounded(regular(4, 1.08 - inset * Math.SQRT2, 0), corner)
}
