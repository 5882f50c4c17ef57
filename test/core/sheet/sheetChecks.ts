import { expect } from 'vitest'
import { DOTS_PER_INCH } from '#core/sheet/dots'
import type { RectMm } from '#core/sheet/SheetGeometry'
import type { SheetLayout } from '#core/sheet/SheetLayout'

const inset = (box: RectMm, by: number): RectMm => ({
  x: box.x + by,
  y: box.y + by,
  width: box.width - 2 * by,
  height: box.height - 2 * by,
})

const overlap = (a: RectMm, b: RectMm): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

/** Everything that is drawn, with the white that must stay round it. */
function areas({
  template,
  captions,
  header,
  footer,
}: SheetLayout): { what: string; box: RectMm; white: number }[] {
  const marks = template.marks.map(({ center, size }) => ({
    x: center.x - size / 2,
    y: center.y - size / 2,
    width: size,
    height: size,
  }))
  return [
    ...template.codes.map(({ corner, box }) => ({
      what: `code ${corner}`,
      box,
      white: (4 * box.width) / 21,
    })),
    ...template.aruco.map(({ corner, box }) => ({ what: `marker ${corner}`, box, white: box.width / 6 })),
    ...marks.map((box, i) => ({ what: `mark ${i}`, box, white: 0.05 })),
    ...template.patches.map(({ box }, i) => ({ what: `patch ${i}`, box, white: 0 })),
    ...template.slots.map(({ pair, role, box }) => ({ what: `${role} ${pair}`, box, white: 0 })),
    ...captions.map((box, i) => ({ what: `caption ${i}`, box, white: 0 })),
    { what: 'header', box: header, white: 0 },
    { what: 'footer', box: footer, white: 0 },
  ]
}

/** Nothing on the page touches anything else, leaves the page, or stands between dots. */
export function expectSound(layout: SheetLayout): void {
  const { template } = layout
  const all = areas(layout)
  // Half a hundredth of a dot: far more than the float noise of millimetres, far less than a dot.
  const noise = 0.0002
  for (const [i, a] of all.entries()) {
    for (const b of all.slice(i + 1)) {
      if (overlap(inset(a.box, noise - Math.max(a.white, b.white)), b.box)) {
        expect.fail(`${a.what} and ${b.what} are too close`)
      }
    }
    const { x, y, width, height } = inset(a.box, noise - a.white)
    if (x < 0 || y < 0 || x + width > template.paper.width || y + height > template.paper.height) {
      expect.fail(`${a.what} leaves the page`)
    }
  }
  const lengths = [
    ...[...template.slots, ...template.codes, ...template.aruco, ...template.patches].flatMap(({ box }) => [
      box.x,
      box.y,
      box.width,
      box.height,
    ]),
    ...template.marks.flatMap(({ center, size }) => [center.x, center.y, size / 2]),
    template.paper.width,
    template.paper.height,
  ]
  for (const length of lengths) {
    const dots = (length / 25.4) * DOTS_PER_INCH
    if (Math.abs(dots - Math.round(dots)) > 1e-6) expect.fail(`${length} mm is ${dots} dots`)
  }
}
