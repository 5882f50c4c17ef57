import type { Random } from '#core/tensor/Random'
import type { Bounds } from '../vector/Homography'
import type { Contour } from '../vector/outline'
import { stroke } from '../vector/stroke'
import type { Canvas } from './Canvas'
import { anyColour, fromHsv } from './colour'

/** Dirt, scratches and small things in front of the sign. None covers more than a small part of it. */
export function applyWear(canvas: Canvas, random: Random, { left, right, top, bottom }: Bounds): void {
  const side = Math.max(right - left, bottom - top)
  const anywhere = (): [number, number] => [random.uniform(left, right), random.uniform(top, bottom)]
  if (random.chance(0.3)) {
    const specks = Array.from({ length: 2 + random.int(8) }, () =>
      blob(random, anywhere(), side * random.uniform(0.01, 0.045)),
    )
    canvas.paint(
      specks,
      fromHsv(0.08, random.uniform(0, 0.5), random.uniform(0.1, 0.4)),
      random.uniform(0.25, 0.8),
    )
  }
  if (random.chance(0.12)) {
    canvas.paint(
      [blob(random, anywhere(), side * random.uniform(0.1, 0.25))],
      fromHsv(0.09, 0.3, 0.3),
      random.uniform(0.1, 0.35),
    )
  }
  if (random.chance(0.2)) {
    const scratches = Array.from({ length: 1 + random.int(4) }, (): Contour => {
      const [x, y] = anywhere()
      return [x, y, x + random.normal(0, side * 0.15), y + random.normal(0, side * 0.15)]
    })
    canvas.paint(
      stroke(scratches, { width: random.uniform(0.5, 1.3) }),
      anyColour(random),
      random.uniform(0.3, 0.8),
    )
  }
  if (random.chance(0.1)) {
    // A twig or wire in front, from edge to edge.
    const [x, y] = anywhere()
    const turn = random.uniform(0, Math.PI)
    const [dx, dy] = [Math.cos(turn) * canvas.size, Math.sin(turn) * canvas.size]
    const bow = random.uniform(-0.1, 0.1)
    canvas.paint(
      stroke([[x - dx, y - dy, x - dy * bow, y + dx * bow, x + dx, y + dy]], {
        width: random.uniform(0.8, 0.035 * side),
      }),
      fromHsv(random.uniform(0.07, 0.3), random.uniform(0.1, 0.5), random.uniform(0.08, 0.4)),
    )
  }
  if (random.chance(0.1)) {
    const corner = random.int(4)
    const at: [number, number] = [corner % 2 === 0 ? left : right, corner < 2 ? top : bottom]
    canvas.paint(
      [blob(random, at, side * random.uniform(0.08, 0.17))],
      fromHsv(random.uniform(0.15, 0.36), random.uniform(0.3, 0.7), random.uniform(0.15, 0.5)),
    )
  }
}

function blob(random: Random, [x, y]: readonly [number, number], radius: number): Contour {
  const contour: number[] = []
  for (let i = 0; i < 9; i++) {
    const angle = (2 * Math.PI * i) / 9
    const r = radius * random.uniform(0.6, 1.3)
    contour.push(x + r * Math.cos(angle), y + r * Math.sin(angle))
  }
  return contour
}
