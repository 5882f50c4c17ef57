import type { Random } from '#core/tensor/Random'
import type { Canvas } from '../scene/Canvas'
import { anyColour, fromHsv, linearColour, mixed, scaled } from '../scene/colour'
import { fractalNoise } from '../scene/noise'
import { disk, ellipse, rectangle } from '../vector/outline'
import type { Colour } from '../vector/Rasterizer'

const kinds = { sky, meadow, water, deep, street, wall, room, foliage, blurred } as const

export type GroundKind = keyof typeof kinds
export const groundKinds = Object.keys(kinds) as GroundKind[]

/** Fills the canvas with surroundings of a kind. */
export function drawGround(canvas: Canvas, kind: GroundKind, random: Random): void {
  kinds[kind](canvas, random)
}

function mottle(canvas: Canvas, random: Random, cells: number, strength: number, from = 0): void {
  fractalNoise(canvas.noise, canvas.size, canvas.size, random, cells, 3, 0.6)
  canvas.modulate(strength, Math.floor(from * canvas.size))
}

/** Zenith and horizon of a day between blue, grey and dusk. */
function skyColours(random: Random): [Colour, Colour] {
  const grey = random.uniform()
  const dusk = random.chance(0.2) ? random.uniform(0.3, 1) : 0
  const zenith = mixed(linearColour(0.25, 0.5, 0.88), linearColour(0.66, 0.7, 0.76), grey)
  const haze = mixed(linearColour(0.72, 0.85, 0.96), linearColour(0.86, 0.87, 0.88), grey)
  return [
    mixed(zenith, linearColour(0.35, 0.25, 0.5), dusk),
    mixed(haze, linearColour(0.98, 0.62, 0.4), dusk),
  ]
}

function sky(canvas: Canvas, random: Random): void {
  const [zenith, haze] = skyColours(random)
  canvas.gradient([
    [0, zenith],
    [1, haze],
  ])
  const { size } = canvas
  for (let i = random.int(5); i > 0; i--) {
    const [x, y, r] = [random.uniform(0, size), random.uniform(0, size), random.uniform(2, 6)]
    const puffs = [-1, 0, 1].map((k) => ellipse(x + k * r, y + random.uniform(-1, 1), r, r * 0.6, 14))
    canvas.paint(puffs, linearColour(0.97, 0.97, 0.98), random.uniform(0.3, 0.85))
  }
  mottle(canvas, random, 3, 0.07)
}

/** Sky over land: grass, sand, snow or earth. */
function meadow(canvas: Canvas, random: Random): void {
  const [zenith, haze] = skyColours(random)
  const horizon = random.uniform(0.25, 0.75)
  const land = random.pick([
    () => fromHsv(random.uniform(0.18, 0.36), random.uniform(0.35, 0.75), random.uniform(0.3, 0.65)),
    () => fromHsv(random.uniform(0.18, 0.36), random.uniform(0.35, 0.75), random.uniform(0.3, 0.65)),
    () => fromHsv(0.1, random.uniform(0.25, 0.5), random.uniform(0.6, 0.85)),
    () => fromHsv(0.6, 0.04, random.uniform(0.8, 0.95)),
    () => fromHsv(0.07, random.uniform(0.3, 0.6), random.uniform(0.25, 0.5)),
  ])()
  canvas.gradient([
    [0, zenith],
    [horizon, haze],
    [horizon + 0.001, scaled(land, 0.8)],
    [1, land],
  ])
  if (random.chance(0.5)) hills(canvas, random, horizon, scaled(land, random.uniform(0.4, 0.8)))
  mottle(canvas, random, 8, 0.3, horizon)
}

function hills(canvas: Canvas, random: Random, horizon: number, colour: Colour): void {
  const { size } = canvas
  const y = horizon * size
  const humps = [0, 1, 2].map(() =>
    ellipse(random.uniform(0, size), y + 1, random.uniform(5, 14), random.uniform(2, 6), 20),
  )
  canvas.paint(humps, colour)
}

/** Sky over water with ripples. */
function water(canvas: Canvas, random: Random): void {
  const [zenith, haze] = skyColours(random)
  const horizon = random.uniform(0.2, 0.65)
  const sea = fromHsv(random.uniform(0.48, 0.64), random.uniform(0.3, 0.75), random.uniform(0.3, 0.65))
  canvas.gradient([
    [0, zenith],
    [horizon, haze],
    [horizon + 0.001, mixed(sea, haze, 0.4)],
    [1, sea],
  ])
  const { size } = canvas
  for (let y = horizon * size; y < size; y += random.uniform(1.2, 3)) {
    for (let x = random.uniform(-6, 2); x < size; x += random.uniform(5, 14)) {
      const tone = mixed(sea, random.chance(0.6) ? haze : [0, 0, 0], random.uniform(0.15, 0.6))
      canvas.paint([rectangle(x, y, random.uniform(2, 7), random.uniform(0.4, 1.1))], tone, 0.7)
    }
  }
  mottle(canvas, random, 5, 0.1)
}

/** Under water: light from above, weed and bubbles. */
function deep(canvas: Canvas, random: Random): void {
  const hue = random.uniform(0.44, 0.62)
  canvas.gradient([
    [0, fromHsv(hue, random.uniform(0.3, 0.7), random.uniform(0.55, 0.9))],
    [1, fromHsv(hue + 0.02, random.uniform(0.5, 0.9), random.uniform(0.15, 0.45))],
  ])
  const { size } = canvas
  const weed = fromHsv(random.uniform(0.2, 0.42), random.uniform(0.4, 0.8), random.uniform(0.15, 0.45))
  for (let i = random.int(6); i > 0; i--) {
    const [x, h, lean] = [random.uniform(0, size), random.uniform(4, 15), random.uniform(-4, 4)]
    canvas.paint([[x - 1, size, x + lean, size - h, x + 1, size]], weed, 0.85)
  }
  for (let i = random.int(6); i > 0; i--) {
    const bubble = disk(random.uniform(0, size), random.uniform(0, size), random.uniform(0.5, 1.4), 10)
    canvas.paint([bubble], [0.8, 0.92, 0.95], random.uniform(0.3, 0.7))
  }
  mottle(canvas, random, 4, 0.16)
}

/** A road or pavement before house fronts. */
function street(canvas: Canvas, random: Random): void {
  const { size } = canvas
  const [zenith, haze] = skyColours(random)
  canvas.gradient([
    [0, zenith],
    [1, haze],
  ])
  const kerb = random.uniform(0.5, 0.8) * size
  for (let x = random.uniform(-8, 0); x < size;) {
    const [width, top] = [random.uniform(5, 16), random.uniform(-0.2, 0.4) * size]
    canvas.paint(
      [rectangle(x, top, width + 0.2, kerb - top)],
      mixed(anyColour(random), [0.3, 0.28, 0.25], 0.5),
    )
    const pane = scaled([0.3, 0.35, 0.42], random.uniform(0.3, 1.6))
    for (let y = top + 2; y < kerb - 3; y += 4) {
      for (let at = x + 1.2; at < x + width - 1.5; at += 3.4)
        canvas.paint([rectangle(at, y, 1.6, 2)], pane, 0.8)
    }
    x += width
  }
  const tar = random.uniform(0.06, 0.3)
  canvas.paint([rectangle(0, kerb, size, size)], [tar, tar, tar * 1.06])
  if (random.chance(0.5)) {
    canvas.paint([rectangle(0, kerb + random.uniform(2, 5), size, 0.8)], [0.75, 0.74, 0.68], 0.7)
  }
  mottle(canvas, random, 6, 0.15)
}

/** Plaster, boards or bricks. */
function wall(canvas: Canvas, random: Random): void {
  const { size } = canvas
  const paint = anyColour(random)
  canvas.gradient([
    [0, paint],
    [1, scaled(paint, random.uniform(0.6, 1))],
  ])
  const course = random.uniform(2.2, 4.5)
  const joint = random.chance(0.5) ? scaled(paint, 0.5) : mixed(paint, [0.7, 0.7, 0.65], 0.6)
  const style = random.uniform()
  if (style < 0.6) {
    for (let row = 0, y = 0; y < size; row++, y += course) {
      canvas.paint([rectangle(0, y, size, 0.5)], joint, 0.8)
      if (style > 0.3) continue
      for (let x = row % 2 === 0 ? 0 : -course; x < size; x += 2 * course) {
        canvas.paint([rectangle(x, y, 0.5, course)], joint, 0.8)
      }
    }
  }
  mottle(canvas, random, 5, 0.2)
}

/** A wall over a floor or table. */
function room(canvas: Canvas, random: Random): void {
  const [back, floor] = [anyColour(random), anyColour(random)]
  const edge = random.uniform(0.5, 0.85)
  canvas.gradient([
    [0, scaled(back, random.uniform(0.7, 1))],
    [edge, back],
    [edge + 0.001, scaled(floor, 0.8)],
    [1, floor],
  ])
  const { size } = canvas
  if (random.chance(0.4)) {
    const [x, y] = [random.uniform(-4, size - 6), random.uniform(-4, 6)]
    canvas.paint([rectangle(x, y, random.uniform(6, 14), random.uniform(6, 12))], anyColour(random), 0.9)
  }
  mottle(canvas, random, 4, 0.12)
}

function foliage(canvas: Canvas, random: Random): void {
  const { size } = canvas
  const hue = random.uniform(0.14, 0.4)
  const dark = fromHsv(hue, random.uniform(0.4, 0.8), random.uniform(0.12, 0.35))
  canvas.gradient([
    [0, scaled(dark, random.uniform(0.8, 2.2))],
    [1, dark],
  ])
  for (let i = 0; i < 45; i++) {
    const tone = fromHsv(
      hue + random.uniform(-0.05, 0.05),
      random.uniform(0.3, 0.8),
      random.uniform(0.15, 0.75),
    )
    const [x, y, turn] = [random.uniform(0, size), random.uniform(0, size), random.uniform(0, Math.PI)]
    const [dx, dy] = [Math.cos(turn) * 2.2, Math.sin(turn) * 2.2]
    const leaf = [x + dx, y + dy, x - dy * 0.4, y + dx * 0.4, x - dx, y - dy, x + dy * 0.4, y - dx * 0.4]
    canvas.paint([leaf], tone, random.uniform(0.4, 0.9))
  }
  mottle(canvas, random, 5, 0.2)
}

/** A scene far out of focus: large soft disks of any colour. */
function blurred(canvas: Canvas, random: Random): void {
  const { size } = canvas
  canvas.gradient([
    [0, anyColour(random)],
    [1, anyColour(random)],
  ])
  for (let i = 4 + random.int(8); i > 0; i--) {
    const [x, y, r] = [random.uniform(0, size), random.uniform(0, size), random.uniform(2, 9)]
    const colour = anyColour(random)
    for (const share of [1, 0.8, 0.6]) canvas.paint([disk(x, y, r * share, 18)], colour, 0.25)
  }
  mottle(canvas, random, 3, 0.1)
}
