import { disk, placed, rectangle } from '../../vector/outline'
import { arrow } from '../arrows'
import { Drawing } from '../Drawing'
import { text } from '../glyphs'
import { octagon, prohibitionPlate } from '../plates'
import type { SignStyle } from '../SignStyle'
import { car, lines, lorry } from '../symbols'

export function speedLimit(limit: number): (style: SignStyle) => Drawing {
  return (style) => {
    const digits = String(limit)
    const height = (digits.length === 3 ? 0.78 : 0.9) * style.size
    return prohibitionPlate(style).fill(
      'black',
      ...text(digits, { x: 0, y: 0, height, maxWidth: digits.length === 3 ? 1.28 : 1.14 }, style),
    )
  }
}

/** White disk, black or grey bars from the lower left to the upper right. */
export function endOfLimits(style: SignStyle): Drawing {
  const drawing = new Drawing().fill('black', disk(0, 0, 1, 56)).fill('white', disk(0, 0, 0.94, 56))
  const turn = -Math.PI / 4
  if (style.variant < 0.4) {
    return drawing.fill('black', ...placed([rectangle(-0.97, -0.13, 1.94, 0.26)], { turn }))
  }
  const bars = [-0.34, -0.17, 0, 0.17, 0.34].map((y) => {
    const half = Math.sqrt(0.95 * 0.95 - y * y)
    return rectangle(-half, y - 0.04, 2 * half, 0.08)
  })
  return drawing.fill('black', ...placed(bars, { turn }))
}

export function stop(style: SignStyle): Drawing {
  const height = 0.62 * style.size
  return new Drawing()
    .fill('white', octagon(0))
    .fill('red', octagon(0.03 + style.rim))
    .fill(
      'white',
      ...text('STOP', { x: 0, y: 0, height, maxWidth: 1.56 }, { ...style, weight: style.weight * 1.05 }),
    )
}

export function noEntry(style: SignStyle): Drawing {
  const half = 0.17 * style.border
  return new Drawing()
    .fill('white', disk(0, 0, 1, 56))
    .fill('red', disk(0, 0, 1 - style.rim, 56))
    .fill('white', rectangle(-0.72, -half, 1.44, 2 * half))
}

export function noVehicles(style: SignStyle): Drawing {
  return prohibitionPlate(style)
}

export function noOvertaking(style: SignStyle): Drawing {
  const scale = 0.31 * style.size
  return prohibitionPlate(style)
    .fill('red', ...placed(car(), { x: -0.35, y: 0, scale, stretch: 1.1 }))
    .fill('black', ...placed(car(), { x: 0.35, y: 0, scale, stretch: 1.1 }))
}

export function noLorries(style: SignStyle): Drawing {
  return prohibitionPlate(style).fill(
    'black',
    ...placed(lorry(), { scale: 0.6 * style.size, mirror: style.variant < 0.25 }),
  )
}

function blueWithRing(style: SignStyle): Drawing {
  const drawing = new Drawing()
  if (style.rim > 0) drawing.fill('white', disk(0, 0, 1, 56))
  return drawing
    .fill('red', disk(0, 0, 1 - style.rim, 56))
    .fill('blue', disk(0, 0, 0.96 - style.rim - 0.18 * style.border, 48))
}

const slash = 'M-.64 -.64 L.64 .64'

export function noParking(style: SignStyle): Drawing {
  return blueWithRing(style).fill('red', ...lines(slash, 0.19 * style.border, 'butt'))
}

export function noStopping(style: SignStyle): Drawing {
  return blueWithRing(style).fill(
    'red',
    ...lines(`${slash} M.64 -.64 L-.64 .64`, 0.19 * style.border, 'butt'),
  )
}

/** Red arrow for those who wait, black for those who go: priority for oncoming traffic. */
export function oncomingPriority(style: SignStyle): Drawing {
  return prohibitionPlate(style)
    .fill('red', ...arrow([-0.3, 0.52, -0.3, -0.56], 0.16))
    .fill('black', ...arrow([0.3, -0.52, 0.3, 0.56], 0.2))
}
