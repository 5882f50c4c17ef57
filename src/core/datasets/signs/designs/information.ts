import { placed, rectangle } from '../../vector/outline'
import { arrow } from '../arrows'
import { Drawing } from '../Drawing'
import { text } from '../glyphs'
import { diamond, panel, triangle } from '../plates'
import type { SignStyle } from '../SignStyle'
import { motorway as motorwaySymbol, walker } from '../symbols'

export function yieldSign(style: SignStyle): Drawing {
  const down = { turn: Math.PI }
  const corner = 0.14 + style.corner
  const drawing = new Drawing()
  if (style.rim > 0) drawing.fill('white', ...placed([triangle(0, corner)], down))
  return drawing
    .fill('red', ...placed([triangle(style.rim, corner * 0.9)], down))
    .fill(style.ground, ...placed([triangle(style.rim + 0.19 * style.border, corner * 0.4)], down))
}

export function priorityRoad(style: SignStyle): Drawing {
  const drawing = new Drawing()
  if (style.variant < 0.5) drawing.fill('black', diamond(0, 0.08 + style.corner * 0.5))
  return drawing
    .fill('white', diamond(style.variant < 0.5 ? 0.03 : 0, 0.08 + style.corner * 0.5))
    .fill('yellow', diamond(0.2 * style.border, 0.06))
}

export function pedestrianCrossing(style: SignStyle): Drawing {
  const drawing = panel(style, 'blue', 0.92, 0.92).fill('white', [0, -0.74, 0.76, 0.62, -0.76, 0.62])
  const bars = [-0.44, -0.22, 0, 0.22, 0.44].map((x) => [
    x * 0.92 - 0.06,
    0.44,
    x * 0.92 + 0.05,
    0.44,
    x * 1.08 + 0.06,
    0.58,
    x * 1.08 - 0.07,
    0.58,
  ])
  return drawing
    .fill(
      'black',
      ...placed(walker(), { x: 0, y: 0.02, scale: 0.4 * style.size, mirror: style.variant < 0.4 }),
    )
    .fill('black', ...bars)
}

export function parking(style: SignStyle): Drawing {
  return panel(style, 'blue', 0.9, style.variant < 0.3 ? 1 : 0.9).fill(
    'white',
    ...text('P', { x: 0.02, y: 0, height: 1.22 * style.size, maxWidth: 1 }, style),
  )
}

export function hospital(style: SignStyle): Drawing {
  return panel(style, 'blue', 0.9, style.variant < 0.3 ? 1 : 0.9).fill(
    'white',
    ...text(
      'H',
      { x: 0, y: 0, height: 1.2 * style.size, maxWidth: 1 },
      { ...style, condensed: style.condensed * 1.1 },
    ),
  )
}

export function motorway(style: SignStyle): Drawing {
  return panel(style, style.variant < 0.4 ? 'green' : 'blue', 0.82, 0.98).fill(
    'white',
    ...placed(motorwaySymbol(), { scale: 0.68 * style.size, stretch: 1.12 }),
  )
}

export function deadEnd(style: SignStyle): Drawing {
  const pen = 0.26 * (0.7 + 0.3 * style.border)
  return panel(style, 'blue', 0.9, 0.9)
    .fill('white', rectangle(-pen / 2, -0.36, pen, 1.06))
    .fill('red', rectangle(-0.54, -0.62, 1.08, pen * 1.1))
    .fill('white', rectangle(-0.54, -0.62 + pen * 1.1, 1.08, 0.04))
}

export function oneWay(style: SignStyle): Drawing {
  return panel(style, 'blue', 1, 0.5).fill(
    'white',
    ...placed(arrow([-0.82, 0, 0.84, 0], 0.26 * style.size), { mirror: style.variant < 0.5 }),
  )
}
