import { disk, type Contour } from './outline'

export interface StrokeOptions {
  readonly width: number
  /** How an open line ends: at its last point, half a width beyond it, or in a half disk. */
  readonly cap?: 'butt' | 'square' | 'round'
  readonly closed?: boolean
}

/** Sharper turns than this are joined by a disk instead of a mitre, whose tip would reach too far. */
const mitreLimit = Math.cos((125 * Math.PI) / 180)

/**
 * The area that a pen of the given width covers along lines, as contours that all run the same way round, so that their
 * overlaps fill under the non-zero rule. A closed line gives its outer and, reversed, its inner edge.
 */
export function stroke(lines: readonly Contour[], options: StrokeOptions): Contour[] {
  return lines.flatMap((line) => strokeLine(line, options))
}

function strokeLine(line: Contour, { width, cap = 'butt', closed = false }: StrokeOptions): Contour[] {
  const half = width / 2
  const points = distinct(line, closed)
  const n = points.length
  if (n === 0) return []
  if (n === 1) return [disk(points[0]![0], points[0]![1], half, 16)]
  if (!closed && cap === 'square') lengthen(points, half)
  const parts: Contour[] = []
  let left: number[] = []
  let right: number[] = []
  const flush = (): void => {
    if (left.length >= 4) parts.push(strip(left, right))
    left = []
    right = []
  }
  const edge = (x: number, y: number, nx: number, ny: number): void => {
    left.push(x + nx * half, y + ny * half)
    right.push(x - nx * half, y - ny * half)
  }
  const normals = points.map((from, i) => {
    const to = points[(i + 1) % n]!
    const length = Math.hypot(to[0] - from[0], to[1] - from[1])
    return [(to[1] - from[1]) / length, -(to[0] - from[0]) / length] as const
  })
  for (let i = 0; i < n; i++) {
    const [x, y] = points[i]!
    const after = normals[i]!
    const before = normals[(i + n - 1) % n]!
    const first = i === 0 && !closed
    const last = i === n - 1 && !closed
    const cosine = before[0] * after[0] + before[1] * after[1]
    if (first) edge(x, y, after[0], after[1])
    else if (last) edge(x, y, before[0], before[1])
    else if (cosine >= mitreLimit) {
      // The mitre point lies on the bisector at half / cos(turn / 2), which is (n1 + n2) / (1 + n1.n2).
      edge(x, y, (before[0] + after[0]) / (1 + cosine), (before[1] + after[1]) / (1 + cosine))
    } else {
      edge(x, y, before[0], before[1])
      flush()
      parts.push(disk(x, y, half, 16))
      edge(x, y, after[0], after[1])
    }
  }
  if (closed && parts.length === 0) return ring(left, right)
  if (closed) {
    const [x, y] = points[0]!
    const before = normals[n - 1]!
    edge(x, y, before[0], before[1])
    parts.push(disk(x, y, half, 16))
  }
  flush()
  if (!closed && cap === 'round') {
    for (const [x, y] of [points[0]!, points[n - 1]!]) parts.push(disk(x, y, half, 16))
  }
  return parts
}

/** Left edge out, right edge back; `left` is to the left of the direction in a y-down plane, so this runs like {@link disk}. */
function strip(left: readonly number[], right: readonly number[]): Contour {
  const out = [...left]
  for (let i = right.length - 2; i >= 0; i -= 2) out.push(right[i]!, right[i + 1]!)
  return oriented(out, 1)
}

function ring(left: readonly number[], right: readonly number[]): Contour[] {
  const outerIsLeft = Math.abs(area(left)) > Math.abs(area(right))
  return [oriented(outerIsLeft ? left : right, 1), oriented(outerIsLeft ? right : left, -1)]
}

function oriented(contour: readonly number[], sign: 1 | -1): Contour {
  if (Math.sign(area(contour)) === sign) return contour
  const out: number[] = []
  for (let i = contour.length - 2; i >= 0; i -= 2) out.push(contour[i]!, contour[i + 1]!)
  return out
}

/** Twice the signed area; positive for {@link disk}. */
function area(contour: readonly number[]): number {
  let sum = 0
  for (let i = 0, j = contour.length - 2; i < contour.length; j = i, i += 2) {
    sum += contour[j]! * contour[i + 1]! - contour[i]! * contour[j + 1]!
  }
  return sum
}

function distinct(line: Contour, closed: boolean): [number, number][] {
  const points: [number, number][] = []
  for (let i = 0; i < line.length; i += 2) {
    const last = points.at(-1)
    if (last && Math.hypot(line[i]! - last[0], line[i + 1]! - last[1]) < 1e-6) continue
    points.push([line[i]!, line[i + 1]!])
  }
  const [first, last] = [points[0], points.at(-1)]
  if (closed && points.length > 1 && Math.hypot(first![0] - last![0], first![1] - last![1]) < 1e-6) {
    points.pop()
  }
  return points
}

function lengthen(points: [number, number][], by: number): void {
  const n = points.length
  for (const [end, next] of [
    [0, 1],
    [n - 1, n - 2],
  ] as const) {
    const [x, y] = points[end]!
    const [nx, ny] = points[next]!
    const length = Math.hypot(x - nx, y - ny)
    points[end] = [x + ((x - nx) / length) * by, y + ((y - ny) / length) * by]
  }
}
