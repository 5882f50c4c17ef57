import { cellCubic, mapCell, mapRow, type InverseMap } from './inverseMap'
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

/**
 * What reaches the sensor's plane through a perfect lens: every pixel is the mean of the page over its own footprint,
 * taken with as many bilinear samples each way as the footprint has page pixels.
 *
 * @param x0,y0 photo place of the planes' first pixel (may lie outside the photo).
 */
export function samplePage(
  page: PrintedPage,
  table: Table,
  map: InverseMap,
  x0: number,
  y0: number,
  out: Planes,
): void {
  const nodesX = new Float64Array(map.columns)
  const nodesY = new Float64Array(map.columns)
  const aboveX = new Float64Array(map.columns)
  const aboveY = new Float64Array(map.columns)
  const cubicX = new Float64Array(4)
  const cubicY = new Float64Array(4)
  const [red, green, blue] = out.colours
  const { data, width, height, pixelsPerMm: scale } = page
  const stride = width * 3
  const colour = new Float32Array(3)
  const edge = { right: width / scale, bottom: height / scale }

  const outside = (u: number, v: number): void => {
    const dx = Math.max(-u, u - edge.right, 0)
    const dy = Math.max(-v, v - edge.bottom, 0)
    table.sample(u, v, Math.hypot(dx, dy), colour)
  }

  for (let row = 0; row < out.rows; row++) {
    const y = y0 + row + 0.5
    mapRow(map, y, nodesX, nodesY)
    mapRow(map, y - 1, aboveX, aboveY)
    let at = row * out.width
    let x = 0
    while (x < out.width) {
      const place = (x0 + x - map.left) / mapCell
      const cell = Math.floor(place)
      const stop = Math.min(out.width, map.left + (cell + 1) * mapCell - x0)
      cellCubic(nodesX, cell, cubicX)
      cellCubic(nodesY, cell, cubicY)
      // Footprint of a pixel in page pixels, taken in the middle of the cell.
      const ux = ((nodesX[cell + 1]! - nodesX[cell]!) / mapCell) * scale
      const vx = ((nodesY[cell + 1]! - nodesY[cell]!) / mapCell) * scale
      const uy = (nodesX[cell]! - aboveX[cell]!) * scale
      const vy = (nodesY[cell]! - aboveY[cell]!) * scale
      const across = taps(Math.hypot(ux, vx))
      const down = taps(Math.hypot(uy, vy))
      const a0 = cubicX[0]!
      const a1 = cubicX[1]!
      const a2 = cubicX[2]!
      const a3 = cubicX[3]!
      const b0 = cubicY[0]!
      const b1 = cubicY[1]!
      const b2 = cubicY[2]!
      const b3 = cubicY[3]!
      for (; x < stop; x++, at++) {
        const t = (x0 + x + 0.5 - map.left) / mapCell - cell
        const u = (a0 + t * (a1 + t * (a2 + t * a3))) * scale - 0.5
        const v = (b0 + t * (b1 + t * (b2 + t * b3))) * scale - 0.5
        let r = 0
        let g = 0
        let b = 0
        for (let j = 0; j < down; j++) {
          const fj = (j + 0.5) / down - 0.5
          for (let i = 0; i < across; i++) {
            const fi = (i + 0.5) / across - 0.5
            const su = u + fi * ux + fj * uy
            const sv = v + fi * vx + fj * vy
            const iu = Math.floor(su)
            const iv = Math.floor(sv)
            if (iu >= 0 && iv >= 0 && iu < width - 1 && iv < height - 1) {
              const fu = su - iu
              const fv = sv - iv
              const p = iv * stride + iu * 3
              const w11 = fu * fv
              const w10 = fv - w11
              const w01 = fu - w11
              const w00 = 1 - fu - w10
              r += w00 * data[p]! + w01 * data[p + 3]! + w10 * data[p + stride]! + w11 * data[p + stride + 3]!
              g +=
                w00 * data[p + 1]! +
                w01 * data[p + 4]! +
                w10 * data[p + stride + 1]! +
                w11 * data[p + stride + 4]!
              b +=
                w00 * data[p + 2]! +
                w01 * data[p + 5]! +
                w10 * data[p + stride + 2]! +
                w11 * data[p + stride + 5]!
            } else {
              outside((su + 0.5) / scale, (sv + 0.5) / scale)
              // The last half pixel of the sheet fades into the table, so that its edge is not a staircase.
              const nu = iu < 0 ? 0 : iu > width - 1 ? width - 1 : iu
              const nv = iv < 0 ? 0 : iv > height - 1 ? height - 1 : iv
              const cover =
                Math.max(0, Math.min(1, su + 1, width - su)) * Math.max(0, Math.min(1, sv + 1, height - sv))
              const p = nv * stride + nu * 3
              r += cover * data[p]! + (1 - cover) * 65535 * colour[0]!
              g += cover * data[p + 1]! + (1 - cover) * 65535 * colour[1]!
              b += cover * data[p + 2]! + (1 - cover) * 65535 * colour[2]!
            }
          }
        }
        const unit = 1 / (65535 * across * down)
        red[at] = r * unit
        green[at] = g * unit
        blue[at] = b * unit
      }
    }
  }
}

/** One bilinear sample already averages over about 1.3 page pixels. */
function taps(footprint: number): number {
  return Math.max(1, Math.min(8, Math.ceil(footprint / 1.3)))
}
