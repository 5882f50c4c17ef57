import { disk, outline, placed, rectangle, rounded, type Contour } from '../../vector/outline'
import { arrow } from '../arrows'
import type { Drawing } from '../Drawing'
import { triangleCentre, warningPlate } from '../plates'
import type { SignStyle } from '../SignStyle'
import * as symbols from '../symbols'

/** A warning triangle with a black symbol; `width` is the symbol's half width on the plate. */
function warning(symbol: (style: SignStyle) => Contour[], width: number, y = 0.06, mayFlip = false) {
  return (style: SignStyle): Drawing =>
    warningPlate(style).fill(
      'black',
      ...placed(symbol(style), {
        y: triangleCentre + y,
        scale: width * style.size,
        mirror: mayFlip && style.variant < 0.4,
      }),
    )
}

export const generalDanger = warning(symbols.exclamation, 0.46, -0.06)
export const children = warning(symbols.children, 0.52, 0.02, true)
export const pedestrians = warning(symbols.walker, 0.46, -0.05, true)
export const bicycles = warning(symbols.bicycle, 0.5, 0.03, true)
export const bumpyRoad = warning(symbols.humps, 0.58, 0.08)
export const slipperyRoad = warning(symbols.skid, 0.47, -0.06, true)
export const roadNarrows = warning(symbols.narrowing, 0.45, -0.03)
export const roadWorks = warning(symbols.digger, 0.47, -0.06, true)
export const wildAnimals = warning(symbols.deer, 0.46, -0.02, true)
export const snowOrIce = warning(symbols.snowflake, 0.41, 0)
export const fallingRocks = warning(symbols.rockfall, 0.48, -0.05, true)
export const levelCrossing = warning(
  ({ variant }) => (variant < 0.35 ? symbols.gate() : symbols.locomotive()),
  0.48,
  0.05,
)

const bend = (): Contour[] =>
  arrow(outline('M.34 .95 L.34 .5 C.34 .16 .24 .04 .06 -.14 L-.36 -.56')[0]!, 0.28)
export const curveLeft = warning(bend, 0.53, -0.1)
export const curveRight = warning(() => placed(bend(), { mirror: true }), 0.53, -0.1)
export const doubleCurve = warning(
  () =>
    arrow(
      outline('M-.14 1 L-.14 .78 C-.14 .46 .46 .54 .46 .2 C.46 -.14 -.14 -.06 -.14 -.42 L-.14 -1')[0]!,
      0.25,
    ),
  0.46,
  -0.06,
  true,
)

/** A broad arrow ahead, crossed by a thin line. */
export const rightOfWay = warning(
  () => [...arrow([0, 0.95, 0, -1], 0.3), rectangle(-0.62, 0.02, 1.24, 0.2)],
  0.47,
  -0.05,
)

export function trafficLights(style: SignStyle): Drawing {
  const drawing = warningPlate(style)
  const scale = style.size
  const at = (y: number): number => triangleCentre + 0.04 + y * scale
  if (style.variant < 0.6) {
    drawing.fill('black', rounded(rectangle(-0.19 * scale, at(-0.44), 0.38 * scale, 0.88 * scale), 0.08))
  }
  const lamps = [
    ['red', -0.28],
    ['amber', 0],
    ['green', 0.28],
  ] as const
  for (const [paint, y] of lamps) drawing.fill(paint, disk(0, at(y), 0.115 * scale, 20))
  return drawing
}
