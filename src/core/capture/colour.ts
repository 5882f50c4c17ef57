import type { RectMm, SheetGeometry } from '#core/sheet/SheetGeometry'
import { linearOfLevel } from './linear'
import { meanColour, type LinearCrop, type Projection } from './rectify'
import { leastSquares } from './solve'
import type { Raster } from '#core/tensor/Raster'

type Rgb = readonly [number, number, number]

const mapRgb = ([r, g, b]: Rgb, change: (value: number) => number): Rgb => [change(r), change(g), change(b)]

/** Takes the light and the camera's and printer's colours out of a crop. */
export interface ColourCorrection {
  /** @param box where the crop stands on the page */
  apply(crop: LinearCrop, box: RectMm): LinearCrop
}

/** Terms of the illumination's logarithm: a quadratic over the page. */
const lightTerms = 6
/** r, g, b, √rg, √gb, √rb. */
const rootTerms = 6
/** Distance kept from anything printed when looking for bare paper, millimetres. */
const clearance = 2
const gridStep = 5

/**
 * Two steps. Bare paper all over the sheet gives the light's colour and fall-off: a quadratic of the logarithm in each
 * channel, by iteratively trimmed least squares, since captions darken some points. Then the patches, divided by that
 * light, give a root-polynomial map to the colours that were sent to the printer (Finlayson, Mackiewicz and Hurlbert
 * 2015, degree 2): unlike a plain polynomial it does not depend on exposure.
 * @returns undefined when too little paper or too few patches lie in the picture
 */
export function fitColour(
  picture: Raster,
  project: Projection,
  sheet: SheetGeometry,
): ColourCorrection | undefined {
  const light = fitLight(picture, project, sheet)
  if (!light) return undefined
  const map = fitRootPolynomial(picture, project, sheet, light)
  if (!map) return undefined
  return {
    apply(crop, box) {
      return applyCorrection(crop, box, light, map)
    },
  }
}

interface Light {
  at(x: number, y: number): Rgb
}

function fitLight(picture: Raster, project: Projection, sheet: SheetGeometry): Light | undefined {
  const { paper } = sheet
  const boxes = printedBoxes(sheet)
  const points: { terms: Float64Array; logs: Rgb }[] = []
  for (let y = clearance; y < paper.height - clearance; y += gridStep) {
    for (let x = clearance; x < paper.width - clearance; x += gridStep) {
      if (boxes.some((box) => isNear(box, x, y))) continue
      const colour = meanColour(picture, project, x, y, 1, 1, 3)
      if (!colour) continue
      const logs = mapRgb(colour, (v) => Math.log(Math.max(v, 1e-4)))
      points.push({ terms: termsAt(paper, x, y), logs })
    }
  }
  if (points.length < 3 * lightTerms) return undefined
  const fits: Float64Array[] = []
  for (let c = 0; c < 3; c++) {
    let kept = points
    let fit: Float64Array | undefined
    for (let round = 0; round < 5; round++) {
      const rows = new Float64Array(kept.length * lightTerms)
      const values = new Float64Array(kept.length)
      kept.forEach(({ terms, logs }, i) => {
        rows.set(terms, i * lightTerms)
        values[i] = logs[c]!
      })
      fit = leastSquares(rows, values, lightTerms, 1e-6)
      if (!fit) return undefined
      const solved = fit
      const off = points.map(({ terms, logs }) => logs[c]! - dot(solved, terms))
      const spread = median(off.map(Math.abs)) * 1.4826
      // Print only darkens: text is dropped on the low side, glare far on the high side.
      const next = points.filter((_, i) => off[i]! > -2 * spread - 0.01 && off[i]! < 3 * spread + 0.02)
      if (next.length < 3 * lightTerms) break
      kept = next
    }
    fits.push(fit!)
  }
  return {
    at(x, y) {
      const terms = termsAt(paper, x, y)
      return mapRgb([0, 1, 2], (c) => Math.exp(dot(fits[c]!, terms)))
    },
  }
}

function printedBoxes(sheet: SheetGeometry): RectMm[] {
  return [
    ...sheet.codes.map((code) => code.box),
    ...sheet.aruco.map((mark) => mark.box),
    ...sheet.patches.map((patch) => patch.box),
    ...sheet.slots.map((slot) => slot.box),
    ...sheet.marks.map(({ center, size }) => ({
      x: center.x - size / 2,
      y: center.y - size / 2,
      width: size,
      height: size,
    })),
  ]
}

function isNear(box: RectMm, x: number, y: number): boolean {
  return (
    x > box.x - clearance &&
    x < box.x + box.width + clearance &&
    y > box.y - clearance &&
    y < box.y + box.height + clearance
  )
}

function termsAt(
  paper: { readonly width: number; readonly height: number },
  x: number,
  y: number,
): Float64Array {
  const u = (2 * x) / paper.width - 1
  const v = (2 * y) / paper.height - 1
  return Float64Array.of(1, u, v, u * u, u * v, v * v)
}

/** 3 x rootTerms, row-major: reflectance relative to paper to linear sRGB. */
type RootPolynomial = Float64Array

function rootTermsOf(r: number, g: number, b: number, out: Float64Array): void {
  const cr = Math.max(0, r)
  const cg = Math.max(0, g)
  const cb = Math.max(0, b)
  out[0] = cr
  out[1] = cg
  out[2] = cb
  out[3] = Math.sqrt(cr * cg)
  out[4] = Math.sqrt(cg * cb)
  out[5] = Math.sqrt(cr * cb)
}

function fitRootPolynomial(
  picture: Raster,
  project: Projection,
  sheet: SheetGeometry,
  light: Light,
): RootPolynomial | undefined {
  const seen: { terms: Float64Array; target: Rgb }[] = []
  for (const { box, rgb } of sheet.patches) {
    const x = box.x + box.width / 2
    const y = box.y + box.height / 2
    // The middle of the patch, away from its neighbours' blur.
    const colour = meanColour(picture, project, x, y, 0.5 * box.width, 0.4 * box.height, 6)
    if (!colour) continue
    const white = light.at(x, y)
    const terms = new Float64Array(rootTerms)
    rootTermsOf(colour[0] / white[0], colour[1] / white[1], colour[2] / white[2], terms)
    seen.push({ terms, target: mapRgb(rgb, (v) => linearOfLevel[v]!) })
  }
  if (seen.length < 2 * rootTerms) return undefined
  const out = new Float64Array(3 * rootTerms)
  for (let c = 0; c < 3; c++) {
    const rows = new Float64Array(seen.length * rootTerms)
    const values = new Float64Array(seen.length)
    seen.forEach(({ terms, target }, i) => {
      // Errors are judged on encoded levels, whose slope falls with light: weight dark patches up accordingly.
      const weight = (target[c]! + 0.02) ** -0.55
      for (let k = 0; k < rootTerms; k++) rows[i * rootTerms + k] = weight * terms[k]!
      values[i] = weight * target[c]!
    })
    const solved = leastSquares(rows, values, rootTerms, 1e-3)
    if (!solved) return undefined
    out.set(solved, c * rootTerms)
  }
  return out
}

function applyCorrection(crop: LinearCrop, box: RectMm, light: Light, map: RootPolynomial): LinearCrop {
  const { width, height } = crop
  const data = new Float32Array(crop.data.length)
  const terms = new Float64Array(rootTerms)
  // The light changes slowly: exact on four corners of each 16-pixel tile would do; here along each row's ends.
  for (let y = 0; y < height; y++) {
    const mmY = box.y + ((y + 0.5) / height) * box.height
    const left = light.at(box.x, mmY)
    const right = light.at(box.x + box.width, mmY)
    for (let x = 0; x < width; x++) {
      const a = (x + 0.5) / width
      const at = (y * width + x) * 3
      rootTermsOf(
        crop.data[at]! / (left[0] + (right[0] - left[0]) * a),
        crop.data[at + 1]! / (left[1] + (right[1] - left[1]) * a),
        crop.data[at + 2]! / (left[2] + (right[2] - left[2]) * a),
        terms,
      )
      for (let c = 0; c < 3; c++) {
        let v = 0
        for (let k = 0; k < rootTerms; k++) v += map[c * rootTerms + k]! * terms[k]!
        data[at + c] = v
      }
    }
  }
  return { width, height, data }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}
