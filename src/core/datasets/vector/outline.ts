/** A polygon as x0, y0, x1, y1, ...; the last point joins the first when it is filled. */
export type Contour = readonly number[]

/** Straight pieces per Bezier curve: at 128 px the error stays below a tenth of a pixel. */
const pieces = 9

/**
 * Reads a path in a small language of ours: `M x y` starts a contour, `L x y` draws a line, `C x1 y1 x2 y2 x y` a cubic
 * Bezier curve, `Q x1 y1 x y` a quadratic one, and further coordinates repeat the command. Absolute units, y down.
 */
export function outline(path: string): Contour[] {
  const contours: number[][] = []
  let current: number[] = []
  for (const [, command, rest] of path.matchAll(/([MLCQ])([^MLCQ]*)/g)) {
    const values = rest!
      .trim()
      .split(/[\s,]+/)
      .map(Number)
    if (command === 'M') {
      current = []
      contours.push(current)
    }
    const step = command === 'C' ? 6 : command === 'Q' ? 4 : 2
    for (let i = 0; i + step <= values.length; i += step) curveTo(current, values.slice(i, i + step))
  }
  return contours
}

/** Adds a line (2 values), a quadratic (4) or a cubic (6) from the contour's last point. */
function curveTo(contour: number[], to: readonly number[]): void {
  if (to.length === 2) {
    contour.push(to[0]!, to[1]!)
    return
  }
  const x0 = contour.at(-2)!
  const y0 = contour.at(-1)!
  const x3 = to.at(-2)!
  const y3 = to.at(-1)!
  // A quadratic curve is the cubic one whose handles lie two thirds of the way to its single handle.
  const third = to.length === 4
  const x1 = third ? x0 + (2 / 3) * (to[0]! - x0) : to[0]!
  const y1 = third ? y0 + (2 / 3) * (to[1]! - y0) : to[1]!
  const x2 = third ? x3 + (2 / 3) * (to[0]! - x3) : to[2]!
  const y2 = third ? y3 + (2 / 3) * (to[1]! - y3) : to[3]!
  for (let i = 1; i <= pieces; i++) {
    const t = i / pieces
    const s = 1 - t
    const [a, b, c, d] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t]
    contour.push(a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3)
  }
}

export function disk(x: number, y: number, radius: number, points = 40): Contour {
  return ellipse(x, y, radius, radius, points)
}

export function ellipse(x: number, y: number, rx: number, ry: number, points = 40): Contour {
  const contour: number[] = []
  for (let i = 0; i < points; i++) {
    const angle = (2 * Math.PI * i) / points
    contour.push(x + rx * Math.cos(angle), y + ry * Math.sin(angle))
  }
  return contour
}

export function rectangle(x: number, y: number, width: number, height: number): Contour {
  return [x, y, x + width, y, x + width, y + height, x, y + height]
}

/** A regular polygon with one corner at `turn` radians (0 is to the right, positive goes down). */
export function regular(corners: number, radius: number, turn: number): Contour {
  const contour: number[] = []
  for (let i = 0; i < corners; i++) {
    const angle = turn + (2 * Math.PI * i) / corners
    contour.push(radius * Math.cos(angle), radius * Math.sin(angle))
  }
  return contour
}

/** The polygon with each corner cut by a quadratic curve that starts `radius` before it. */
export function rounded(polygon: Contour, radius: number): Contour {
  const n = polygon.length / 2
  const contour: number[] = []
  for (let i = 0; i < n; i++) {
    const [px, py] = point(polygon, (i + n - 1) % n)
    const [x, y] = point(polygon, i)
    const [nx, ny] = point(polygon, (i + 1) % n)
    const before = Math.min(0.5, radius / Math.hypot(px - x, py - y))
    const after = Math.min(0.5, radius / Math.hypot(nx - x, ny - y))
    const [ax, ay] = [x + (px - x) * before, y + (py - y) * before]
    const [bx, by] = [x + (nx - x) * after, y + (ny - y) * after]
    for (let k = 0; k <= 4; k++) {
      const t = k / 4
      const s = 1 - t
      contour.push(s * s * ax + 2 * s * t * x + t * t * bx, s * s * ay + 2 * s * t * y + t * t * by)
    }
  }
  return contour
}

function point(contour: Contour, index: number): [number, number] {
  return [contour[2 * index]!, contour[2 * index + 1]!]
}

/** The same contour the other way round: a hole in a shape that contains it. */
export function reversed(contour: Contour): Contour {
  const out: number[] = []
  for (let i = contour.length - 2; i >= 0; i -= 2) out.push(contour[i]!, contour[i + 1]!)
  return out
}

/** Where a drawing goes: scaled first (`mirror` flips left and right), then turned, then moved. */
export interface Placement {
  readonly x?: number
  readonly y?: number
  readonly scale?: number
  readonly stretch?: number
  readonly turn?: number
  readonly mirror?: boolean
}

/** `stretch` multiplies the height alone. */
export function placed(contours: readonly Contour[], to: Placement): Contour[] {
  const { x = 0, y = 0, scale = 1, stretch = 1, turn = 0, mirror = false } = to
  const c = Math.cos(turn)
  const s = Math.sin(turn)
  const sx = mirror ? -scale : scale
  return contours.map((contour) => {
    const out: number[] = []
    for (let i = 0; i < contour.length; i += 2) {
      const px = contour[i]! * sx
      const py = contour[i + 1]! * scale * stretch
      out.push(x + c * px - s * py, y + s * px + c * py)
    }
    // A mirrored contour runs the other way; turned back, it still adds to its neighbours.
    return mirror ? reversed(out) : out
  })
}
