import { cellCubic, mapRow, type InverseMap } from './inverseMap'
import type { PrintedPage } from './printPage'
import type { Table } from './table'

/** Three planes of linear light, `width` x `rows`. */
export interface Planes {
  readonly width: number
  readonly rows: number
  readonly colours: readonly [Float32Array, Float32Array, Float32Array]
}

export function planes(width: number, rows: number): Planes {
  const plane = (): Float32Array => new Float32Array(width * rows)
  return { width, rows, colours: [plane(), plane(), plane()] }
}

/** Fills planes with light: photo columns from x0 on, photo rows from y0 on (either may lie outside the photo). */
export type LightSampler = (x0: number, y0: number, out: Planes) => void

/** Where the pixels of one cell of the map see the page, in page pixels; coefficients of cubics in t, see cellCubic. */
interface CellView {
  readonly u: Float64Array
  readonly v: Float64Array
  /** Change of the place over one photo pixel, right and down. */
  ux: number
  vx: number
  uy: number
  vy: number
  across: number
  down: number
  /** Change of t over one photo pixel. */
  readonly step: number
}

/**
 * What reaches the sensor's plane through a perfect lens: every pixel is the mean of the page over its own footprint,
 * taken with as many bilinear samples each way as the footprint has page pixels.
 */
export function pageSampler(page: PrintedPage, table: Table, map: InverseMap): LightSampler {
  const view: CellView = {
    u: new Float64Array(4),
    v: new Float64Array(4),
    ux: 0,
    vx: 0,
    uy: 0,
    vy: 0,
    across: 1,
    down: 1,
    step: 1 / map.cell,
  }
  const light = new Float32Array(3)
  return (x0, y0, out) => {
    const nodes = Array.from({ length: out.rows + 1 }, (_, row) => pageNodes(page, map, y0 + row - 0.5))
    // Cell by cell, not row by row: a sheet that stands across the picture is read down its columns, and a whole row of
    // the photo would touch thousands of distant places of the page.
    let x = 0
    while (x < out.width) {
      const cell = Math.floor((x0 + x - map.left) / map.cell)
      const start = map.left + cell * map.cell - x0
      const stop = Math.min(out.width, start + map.cell)
      const t = (x + 0.5 - start) / map.cell
      for (let row = 0; row < out.rows; row++) {
        const { u, v } = nodes[row + 1]!
        const above = nodes[row]!
        cellCubic(u, cell, view.u)
        cellCubic(v, cell, view.v)
        view.ux = (u[cell + 1]! - u[cell]!) / map.cell
        view.vx = (v[cell + 1]! - v[cell]!) / map.cell
        view.uy = u[cell]! - above.u[cell]!
        view.vy = v[cell]! - above.v[cell]!
        view.across = taps(view.ux, view.vx)
        view.down = taps(view.uy, view.vy)
        const at = row * out.width
        if (!inside(page, u, v, cell)) sampleEdge(page, table, light, view, t, out, at + x, at + stop)
        else if (view.across === 1 && view.down === 1) sampleOnce(page, view, t, out, at + x, at + stop)
        else sampleOften(page, view, t, out, at + x, at + stop)
      }
      x = stop
    }
  }
}

/** The map's nodes of one photo row, in page pixels counted from the centre of the page's first. */
function pageNodes(page: PrintedPage, map: InverseMap, y: number): { u: Float64Array; v: Float64Array } {
  const u = new Float64Array(map.columns)
  const v = new Float64Array(map.columns)
  mapRow(map, y, u, v)
  for (let i = 0; i < map.columns; i++) {
    u[i] = u[i]! * page.pixelsPerMm - 0.5
    v[i] = v[i]! * page.pixelsPerMm - 0.5
  }
  return { u, v }
}

/** One bilinear sample already averages over about 1.3 page pixels. */
function taps(du: number, dv: number): number {
  return Math.max(1, Math.min(8, Math.ceil(Math.sqrt(du * du + dv * dv) / 1.3)))
}

/** Whether a cell of the map lies on the page with room for its footprints. */
function inside(page: PrintedPage, u: Float64Array, v: Float64Array, cell: number): boolean {
  const room = 8
  for (let i = cell; i <= cell + 1; i++) {
    if (!(u[i]! > room && v[i]! > room && u[i]! < page.width - room && v[i]! < page.height - room))
      return false
  }
  return true
}

/** The usual cell: on the page, a pixel of the photo about as large as one of the page. */
function sampleOnce(
  page: PrintedPage,
  view: CellView,
  t0: number,
  out: Planes,
  x: number,
  stop: number,
): void {
  const { data, width } = page
  const stride = width * 3
  const step = view.step
  const red = out.colours[0]
  const green = out.colours[1]
  const blue = out.colours[2]
  const u0 = view.u[0]!
  const u1 = view.u[1]!
  const u2 = view.u[2]!
  const u3 = view.u[3]!
  const v0 = view.v[0]!
  const v1 = view.v[1]!
  const v2 = view.v[2]!
  const v3 = view.v[3]!
  for (let t = t0; x < stop; x++, t += step) {
    const u = u0 + t * (u1 + t * (u2 + t * u3))
    const v = v0 + t * (v1 + t * (v2 + t * v3))
    // On the page both are positive: truncation is the floor.
    const iu = u | 0
    const iv = v | 0
    const fu = u - iu
    const fv = v - iv
    const p = iv * stride + iu * 3
    const q = p + stride
    const w11 = (fu * fv) / 65535
    const w10 = fv / 65535 - w11
    const w01 = fu / 65535 - w11
    const w00 = 1 / 65535 - fu / 65535 - w10
    red[x] = w00 * data[p]! + w01 * data[p + 3]! + w10 * data[q]! + w11 * data[q + 3]!
    green[x] = w00 * data[p + 1]! + w01 * data[p + 4]! + w10 * data[q + 1]! + w11 * data[q + 4]!
    blue[x] = w00 * data[p + 2]! + w01 * data[p + 5]! + w10 * data[q + 2]! + w11 * data[q + 5]!
  }
}

/** A cell on the page seen from farther away: several samples a pixel. */
function sampleOften(
  page: PrintedPage,
  view: CellView,
  t0: number,
  out: Planes,
  x: number,
  stop: number,
): void {
  const { data, width } = page
  const stride = width * 3
  const [red, green, blue] = out.colours
  const { u, v, across, down, ux, uy, vx, vy, step } = view
  const unit = 1 / (65535 * across * down)
  for (let t = t0; x < stop; x++, t += step) {
    const cu = u[0]! + t * (u[1]! + t * (u[2]! + t * u[3]!))
    const cv = v[0]! + t * (v[1]! + t * (v[2]! + t * v[3]!))
    let r = 0
    let g = 0
    let b = 0
    for (let j = 0; j < down; j++) {
      const fj = (j + 0.5) / down - 0.5
      for (let i = 0; i < across; i++) {
        const fi = (i + 0.5) / across - 0.5
        const su = cu + fi * ux + fj * uy
        const sv = cv + fi * vx + fj * vy
        const iu = su | 0
        const iv = sv | 0
        const fu = su - iu
        const fv = sv - iv
        const p = iv * stride + iu * 3
        const q = p + stride
        const w11 = fu * fv
        const w10 = fv - w11
        const w01 = fu - w11
        const w00 = 1 - fu - w10
        r += w00 * data[p]! + w01 * data[p + 3]! + w10 * data[q]! + w11 * data[q + 3]!
        g += w00 * data[p + 1]! + w01 * data[p + 4]! + w10 * data[q + 1]! + w11 * data[q + 4]!
        b += w00 * data[p + 2]! + w01 * data[p + 5]! + w10 * data[q + 2]! + w11 * data[q + 5]!
      }
    }
    red[x] = r * unit
    green[x] = g * unit
    blue[x] = b * unit
  }
}

/** A cell that sees the table, or both: the page's last pixel fades into the table over one page pixel. */
function sampleEdge(
  page: PrintedPage,
  table: Table,
  light: Float32Array,
  view: CellView,
  t0: number,
  out: Planes,
  x: number,
  stop: number,
): void {
  const { width, height } = page
  const { u, v, ux, uy, vx, vy, step } = view
  const [red, green, blue] = out.colours
  // Two by two samples at least: the outline of the sheet is the sharpest edge in the picture.
  const across = Math.max(2, view.across)
  const down = Math.max(2, view.down)
  const share = 1 / (across * down)
  for (let t = t0; x < stop; x++, t += step) {
    const cu = u[0]! + t * (u[1]! + t * (u[2]! + t * u[3]!))
    const cv = v[0]! + t * (v[1]! + t * (v[2]! + t * v[3]!))
    if (cu < -12 || cv < -12 || cu > width + 12 || cv > height + 12) {
      lookAt(page, table, cu, cv, light)
      red[x] = light[0]!
      green[x] = light[1]!
      blue[x] = light[2]!
      continue
    }
    let r = 0
    let g = 0
    let b = 0
    for (let j = 0; j < down; j++) {
      const fj = (j + 0.5) / down - 0.5
      for (let i = 0; i < across; i++) {
        const fi = (i + 0.5) / across - 0.5
        lookAt(page, table, cu + fi * ux + fj * uy, cv + fi * vx + fj * vy, light)
        r += light[0]!
        g += light[1]!
        b += light[2]!
      }
    }
    red[x] = r * share
    green[x] = g * share
    blue[x] = b * share
  }
}

/** Light of the page or the table at a place counted in page pixels from the centre of the first. */
function lookAt(page: PrintedPage, table: Table, u: number, v: number, light: Float32Array): void {
  const { data, width, height, pixelsPerMm } = page
  const cover = fade(u, width) * fade(v, height)
  if (cover < 1) {
    const dx = (u < 0 ? -u : u > width ? u - width : 0) / pixelsPerMm
    const dy = (v < 0 ? -v : v > height ? v - height : 0) / pixelsPerMm
    table.sample(u / pixelsPerMm, v / pixelsPerMm, Math.sqrt(dx * dx + dy * dy), light)
    if (cover === 0) return
  }
  const cu = u < 0 ? 0 : u > width - 1.001 ? width - 1.001 : u
  const cv = v < 0 ? 0 : v > height - 1.001 ? height - 1.001 : v
  const iu = cu | 0
  const iv = cv | 0
  const fu = cu - iu
  const fv = cv - iv
  const p = (iv * width + iu) * 3
  const q = p + width * 3
  const part = cover / 65535
  for (let c = 0; c < 3; c++) {
    const above = data[p + c]! * (1 - fu) + data[p + 3 + c]! * fu
    const below = data[q + c]! * (1 - fu) + data[q + 3 + c]! * fu
    light[c] = (1 - cover) * light[c]! + part * (above * (1 - fv) + below * fv)
  }
}

/** 1 on the page, 0 beyond, one half on its edge; `place` counts from the centre of the first pixel. */
function fade(place: number, length: number): number {
  const room = place + 1 < length - place ? place + 1 : length - place
  return room < 0 ? 0 : room > 1 ? 1 : room
}
