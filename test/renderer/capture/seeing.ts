import { cornersOf } from '#core/capture/boxCorners'
import { applyHomography, homographyOf } from '#core/capture/homography'
import type { Seen } from '#core/capture/seenSheets'
import { layoutDefaults } from '#core/sheet/LayoutOptions'
import { layoutSheet } from '#core/sheet/layoutSheet'
import type { Corner } from '#core/sheet/SheetGeometry'

export const layout = layoutSheet({
  ...layoutDefaults,
  orientation: 'landscape',
  imagePx: { width: 128, height: 128 },
})

const all: readonly Corner[] = ['top-left', 'top-right', 'bottom-right', 'bottom-left']

/** A look at a landscape sheet in a 1080p picture, square on. @param options.fill share of the picture's width */
export function look(
  options: {
    experiment?: string
    /** From 0. */
    sheet?: number
    corners?: readonly Corner[]
    x?: number
    y?: number
    fill?: number
    upright?: boolean
    blur?: number | null
  } = {},
): Seen {
  const { experiment = 'TEST01', sheet = 0, corners = all, x = 0, y = 0, upright = false } = options
  const { fill = 0.78, blur = 0.7 } = options
  const { width, height } = layout.template.paper
  const wide = 1920 * fill
  const high = (wide * height) / width
  const box = upright
    ? { x: x + 600, y: y + 20, width: 1040 * (height / width), height: 1040 }
    : { x: x + (1920 - wide) / 2, y: y + (1080 - high) / 2, width: wide, height: high }
  const [a, b, c, d] = cornersOf(box)
  const map = homographyOf(cornersOf({ x: 0, y: 0, width, height }), upright ? [b, c, d, a] : [a, b, c, d])!
  return {
    width: 1920,
    height: 1080,
    newer: 0,
    foreign: 0,
    sheets: [
      {
        experiment,
        sheet,
        codes: corners.map((corner) => {
          const place = layout.template.codes.find((code) => code.corner === corner)!
          const [p, q, r, s] = cornersOf(place.box).map((mm) => applyHomography(map, mm.x, mm.y))
          return { corner, corners: [p!, q!, r!, s!], blurPx: blur }
        }),
      },
    ],
  }
}
