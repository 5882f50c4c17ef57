import { unprojectPoint, type PhotoGeometry } from './geometry'
import type { PointMm } from '../sheet/SheetGeometry'

/**
 * Photo to page on a grid of nodes, interpolated by cubics through four nodes each way: exact to a few thousandths of a
 * photo pixel, because lens, pose, bend and feed are all smooth over some tens of pixels.
 */
export interface InverseMap {
  /** Photo pixels between two nodes. */
  readonly cell: number
  /** Node (i, j) stands at photo place (left + i * cell, top + j * cell). */
  readonly left: number
  readonly top: number
  readonly columns: number
  readonly rows: number
  /** mm on the page. */
  readonly x: Float64Array
  readonly y: Float64Array
}

/** @param margin how far beyond the photo's edges the map is asked for, in px. */
export function inverseMap(geometry: PhotoGeometry, margin: number): InverseMap {
  // A larger photo shows the same bends over more pixels.
  const cell = Math.max(geometry.photo.width, geometry.photo.height) > 3000 ? 32 : 16
  const border = margin + 2 * cell
  const columns = Math.ceil((geometry.photo.width + 2 * border) / cell) + 1
  const rows = Math.ceil((geometry.photo.height + 2 * border) / cell) + 1
  const left = -border
  const top = -border
  const x = new Float64Array(columns * rows)
  const y = new Float64Array(columns * rows)
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const at = j * columns + i
      const start = nearby(x, y, columns, i, j)
      const point = unprojectPoint(geometry, left + i * cell, top + j * cell, start)
      x[at] = point.x
      y[at] = point.y
    }
  }
  return { cell, left, top, columns, rows, x, y }
}

/** Goes on from the two nodes before, so that Newton's method needs few steps. */
function nearby(
  x: Float64Array,
  y: Float64Array,
  columns: number,
  i: number,
  j: number,
): PointMm | undefined {
  const at = j * columns + i
  const go = i > 0 ? 1 : columns
  if (i === 0 && j === 0) return undefined
  const two = i > 0 ? i > 1 : j > 1
  if (!two) return { x: x[at - go]!, y: y[at - go]! }
  return { x: 2 * x[at - go]! - x[at - 2 * go]!, y: 2 * y[at - go]! - y[at - 2 * go]! }
}

/**
 * The map's nodes of one photo row, interpolated between the rows of nodes.
 * @param y photo row in px (centre of the row: + 0.5). @param outX,outY `columns` values each.
 */
export function mapRow(map: InverseMap, y: number, outX: Float64Array, outY: Float64Array): void {
  const place = (y - map.top) / map.cell
  const node = Math.max(1, Math.min(map.rows - 3, Math.floor(place)))
  const [a, b, c, d] = cubicWeights(place - node)
  const n = map.columns
  const from = (node - 1) * n
  for (let i = 0; i < n; i++) {
    const p = from + i
    outX[i] = a * map.x[p]! + b * map.x[p + n]! + c * map.x[p + 2 * n]! + d * map.x[p + 3 * n]!
    outY[i] = a * map.y[p]! + b * map.y[p + n]! + c * map.y[p + 2 * n]! + d * map.y[p + 3 * n]!
  }
}

/** Lagrange's weights of the nodes -1, 0, 1, 2 at t in [0, 1]. */
function cubicWeights(t: number): [number, number, number, number] {
  return [
    (-t * (t - 1) * (t - 2)) / 6,
    ((t + 1) * (t - 1) * (t - 2)) / 2,
    (-(t + 1) * t * (t - 2)) / 2,
    ((t + 1) * t * (t - 1)) / 6,
  ]
}

/**
 * Coefficients c0..c3 of the cubic through the nodes i-1..i+2 of a row, as a polynomial in t from node i to node i + 1.
 */
export function cellCubic(nodes: Float64Array, i: number, out: Float64Array): void {
  const a = nodes[i - 1]!
  const b = nodes[i]!
  const c = nodes[i + 1]!
  const d = nodes[i + 2]!
  out[0] = b
  out[1] = -a / 3 - b / 2 + c - d / 6
  out[2] = a / 2 - b + c / 2
  out[3] = -a / 6 + b / 2 - c / 2 + d / 6
}
