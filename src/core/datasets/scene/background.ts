import type { Random } from '#core/tensor/Random'
import { disk, ellipse, rectangle, type Contour } from '../vector/outline'
import { stroke } from '../vector/stroke'
import type { Canvas } from './Canvas'
import { anyColour, fromHsv, linearColour, mixed, scaled } from './colour'
import { fractalNoise } from './noise'

/** Fills the canvas with one of several kinds of surroundings, in daylight. */
export function drawBackground(canvas: Canvas, random: Random): void {
  const kind = random.pick(kinds)
  kind(canvas, random)
  if (random.chance(0.55)) drawClutter(canvas, random)
}

const kinds = [openRoad, openRoad, foliage, foliage, street, street, brick, wall, clouds, patchwork] as const

function drawNoise(canvas: Canvas, random: Random, cells: number, octaves: number, persistence = 0.55): void {
  fractalNoise(canvas.noise, canvas.size, canvas.size, random, cells, octaves, persistence)
}

/** Sky over land, perhaps with a road that runs to the horizon. */
function openRoad(canvas: Canvas, random: Random): void {
  const { size } = canvas
  const horizon = random.uniform(0.35, 0.8)
  const overcast = random.uniform()
  const zenith = mixed(linearColour(0.3, 0.52, 0.85), linearColour(0.7, 0.72, 0.75), overcast)
  const haze = mixed(linearColour(0.75, 0.85, 0.95), linearColour(0.88, 0.88, 0.87), overcast)
  const land = fromHsv(random.uniform(0.1, 0.34), random.uniform(0.15, 0.6), random.uniform(0.25, 0.6))
  canvas.gradient([
    [0, zenith],
    [horizon, haze],
    [horizon + 0.001, scaled(land, 0.8)],
    [1, land],
  ])
  drawNoise(canvas, random, 3, 3)
  canvas.modulate(0.12, 0, Math.floor(horizon * size))
  drawNoise(canvas, random, 8, 4, 0.7)
  canvas.modulate(0.22, Math.floor(horizon * size))
  const y = horizon * size
  if (random.chance(0.6)) {
    const vanish = random.uniform(-0.2, 1.2) * size
    const spread = random.uniform(0.3, 0.9) * size
    const foot = random.uniform(0, 1) * size
    const tar = random.uniform(0.08, 0.25)
    canvas.paint(
      [[vanish - 2, y, vanish + 2, y, foot + spread, size, foot - spread, size]],
      [tar, tar, tar * 1.05],
    )
    canvas.paint(
      [[vanish, y, vanish, y, foot + spread * 0.05, size, foot - spread * 0.05, size]],
      [0.7, 0.7, 0.65],
      0.8,
    )
  }
  if (random.chance(0.6)) treeLine(canvas, random, y)
}

function treeLine(canvas: Canvas, random: Random, y: number): void {
  const { size } = canvas
  const colour = fromHsv(random.uniform(0.2, 0.4), random.uniform(0.2, 0.55), random.uniform(0.15, 0.4))
  const crowns: Contour[] = []
  for (let x = -4; x < size + 4; x += random.uniform(4, 14)) {
    const radius = random.uniform(3, 14)
    crowns.push(ellipse(x, y - radius * 0.6, radius, radius * random.uniform(0.8, 1.6), 12))
  }
  canvas.paint(crowns, colour)
}

function foliage(canvas: Canvas, random: Random): void {
  const { size } = canvas
  const hue = random.uniform(0.12, 0.38)
  const dark = fromHsv(hue, random.uniform(0.3, 0.7), random.uniform(0.12, 0.3))
  canvas.gradient([
    [0, scaled(dark, random.uniform(0.7, 2.5))],
    [1, dark],
  ])
  drawNoise(canvas, random, 4, 5, 0.75)
  canvas.modulate(0.45)
  const clumps = 3 + random.int(3)
  for (let k = 0; k < clumps; k++) {
    const leaves: Contour[] = []
    const spread = random.uniform(1.2, 4)
    for (let i = 0; i < 45; i++) {
      const turn = random.uniform(0, Math.PI)
      const [x, y] = [random.uniform(0, size), random.uniform(0, size)]
      const [dx, dy] = [Math.cos(turn) * spread, Math.sin(turn) * spread]
      leaves.push([x + dx, y + dy, x - dy * 0.4, y + dx * 0.4, x - dx, y - dy, x + dy * 0.4, y - dx * 0.4])
    }
    const tone = fromHsv(
      hue + random.uniform(-0.05, 0.05),
      random.uniform(0.25, 0.75),
      random.uniform(0.2, 0.75),
    )
    canvas.paint(leaves, tone, random.uniform(0.5, 1))
  }
}

/** House fronts with rows of windows. */
function street(canvas: Canvas, random: Random): void {
  const { size } = canvas
  const sky = random.uniform(0.55, 0.95)
  canvas.gradient([
    [0, linearColour(sky * 0.85, sky * 0.95, sky)],
    [1, linearColour(sky, sky, sky)],
  ])
  for (let x = random.uniform(-20, 0); x < size;) {
    const width = random.uniform(25, 70)
    const top = random.uniform(-10, 0.45 * size)
    const front = mixed(anyColour(random), [0.35, 0.32, 0.28], 0.55)
    canvas.paint([rectangle(x, top, width + 0.5, size)], front)
    const [sx, sy] = [random.uniform(8, 16), random.uniform(10, 20)]
    const [w, h] = [sx * random.uniform(0.4, 0.7), sy * random.uniform(0.4, 0.7)]
    const panes: Contour[] = []
    for (let wy = top + sy * 0.4; wy < size - h; wy += sy) {
      for (let wx = x + sx * 0.3; wx + w < x + width; wx += sx) panes.push(rectangle(wx, wy, w, h))
    }
    canvas.paint(panes, scaled([0.2, 0.24, 0.3], random.uniform(0.2, 2)), 0.9)
    x += width
  }
  drawNoise(canvas, random, 6, 4, 0.6)
  canvas.modulate(0.14)
  if (random.chance(0.5)) {
    const tar = random.uniform(0.07, 0.2)
    const kerb = random.uniform(0.75, 0.95) * size
    canvas.paint([[0, kerb, size, kerb + random.uniform(-8, 8), size, size, 0, size]], [tar, tar, tar])
  }
}

function brick(canvas: Canvas, random: Random): void {
  const { size } = canvas
  const mortar = linearColour(0.62, 0.6, 0.56)
  canvas.gradient([[0, scaled(mortar, random.uniform(0.5, 1.2))]])
  const height = random.uniform(5, 11)
  const width = height * random.uniform(1.9, 2.8)
  const gap = random.uniform(0.7, 1.6)
  const base = fromHsv(random.uniform(-0.02, 0.09), random.uniform(0.2, 0.65), random.uniform(0.35, 0.75))
  const tones: Contour[][] = [[], [], []]
  for (let row = 0; row * height < size; row++) {
    for (let x = (row % 2) * -0.5 * width - random.uniform(0, 2); x < size; x += width) {
      tones[random.int(3)]!.push(rectangle(x, row * height, width - gap, height - gap))
    }
  }
  tones.forEach((bricks) => {
    canvas.paint(bricks, scaled(base, random.uniform(0.75, 1.15)))
  })
  drawNoise(canvas, random, 8, 4, 0.8)
  canvas.modulate(0.14)
}

/** Plaster, concrete, sheet metal, paper: one colour with a gradient and a grain. */
function wall(canvas: Canvas, random: Random): void {
  const a = mixed(anyColour(random), [0.5, 0.5, 0.5], random.uniform(0, 0.7))
  canvas.gradient([
    [0, scaled(a, random.uniform(0.7, 1.3))],
    [1, scaled(a, random.uniform(0.6, 1.2))],
  ])
  drawNoise(canvas, random, 2 + random.int(8), 5, random.uniform(0.4, 0.9))
  canvas.modulate(random.uniform(0.01, 0.2))
}

/** Soft patches of two or three colours, like a background far out of focus. */
function clouds(canvas: Canvas, random: Random): void {
  const { size, pixels, noise } = canvas
  const plane = size * size
  canvas.gradient([[0, anyColour(random)]])
  for (let k = 0; k < 2; k++) {
    const colour = anyColour(random)
    fractalNoise(noise, size, size, random, 2 + random.int(5), 2)
    for (let i = 0; i < plane; i++) {
      const t = Math.min(1, Math.max(0, 0.5 + 1.6 * noise[i]!))
      for (let c = 0; c < 3; c++) pixels[i + c * plane]! += (colour[c]! - pixels[i + c * plane]!) * t
    }
  }
}

function patchwork(canvas: Canvas, random: Random): void {
  const { size } = canvas
  canvas.gradient([[0, anyColour(random)]])
  for (let i = 0; i < 16; i++) {
    const [x, y] = [random.uniform(-0.2, 1) * size, random.uniform(-0.2, 1) * size]
    canvas.paint(
      [rectangle(x, y, random.uniform(0.1, 0.6) * size, random.uniform(0.1, 0.6) * size)],
      anyColour(random),
      random.uniform(0.3, 1),
    )
  }
  drawNoise(canvas, random, 16, 3, 0.8)
  canvas.modulate(0.1)
}

/** Things that stand about: poles, wires, boards, lamps. None carries a symbol. */
function drawClutter(canvas: Canvas, random: Random): void {
  const { size } = canvas
  const count = 1 + random.int(4)
  for (let i = 0; i < count; i++) {
    const [x, y] = [random.uniform(0, size), random.uniform(0, size)]
    const colour = anyColour(random)
    const kind = random.int(5)
    if (kind === 0) {
      const width = random.uniform(1.5, 6)
      canvas.paint(
        [[x, 0, x + width, 0, x + width + random.uniform(-3, 3), size, x + random.uniform(-3, 3), size]],
        colour,
      )
    } else if (kind === 1) {
      canvas.paint(
        stroke([[0, random.uniform(0, size), x, y, size, random.uniform(0, size)]], {
          width: random.uniform(0.6, 1.6),
        }),
        scaled(colour, 0.4),
      )
    } else if (kind === 2) canvas.paint([disk(x, y, random.uniform(3, 20), 24)], colour)
    else if (kind === 3) {
      canvas.paint([rectangle(x, y, random.uniform(8, 50), random.uniform(6, 30))], colour)
    } else {
      const corner = (): number => random.uniform(-28, 28)
      canvas.paint(
        [[x + corner(), y + corner(), x + corner(), y + corner(), x + corner(), y + corner()]],
        colour,
      )
    }
  }
}
