import type { PointMm } from '#core/sheet/SheetGeometry'
import { homographyOf, multiply, type Homography } from './homography'
import type { PointPx } from './types'

/** Terms x^i y^j of the page's bending with 2 <= i + j <= 4: lower ones belong to the homography. */
const powers = [2, 3, 4].flatMap((degree) =>
  Array.from({ length: degree + 1 }, (_, j) => [degree - j, j] as const),
)
export const bendTerms = powers.length

/** Coefficients of one cubic B-spline over the page's longer side; its knots are 13.5 mm apart on A4. */
const splineIntervals = 22
const splineTerms = splineIntervals + 3

const k1Index = 8
const k2Index = 9
const bendX = 10
const bendY = bendX + bendTerms
/** Four splines: dx by x, dy by x, dx by y, dy by y. */
const feed = bendY + bendTerms

/** Homography (8, its last entry fixed to 1), k1, k2, bending in x and y, uneven feed. */
export const modelSize = feed + 4 * splineTerms

/** Parameters that one page point depends on: all but the splines, and four coefficients of each spline. */
const activeSize = feed + 16

/**
 * Standard deviations that keep each parameter near zero when few points are known. Distortion moves the picture's
 * corner by some per cent; curl seen at a slant bends the page by about a millimetre; a printer's uneven feed moves
 * lines by some hundredths of a millimetre (units: halves of the longer side, 148 mm). The homography's own entries
 * are free.
 */
export const priorDeviation: Float64Array = Float64Array.from({ length: modelSize }, (_, i) => {
  if (i < 8) return Infinity
  if (i === k1Index) return 0.08
  if (i === k2Index) return 0.03
  if (i >= feed) return 0.0003
  const [px, py] = powers[(i - bendX) % bendTerms]!
  return [0, 0, 0.006, 0.005, 0.004][px + py]!
})

/** Derivatives of a projected point by the parameters that it depends on. */
export class SparseJacobian {
  readonly count = activeSize
  /** Ascending parameter numbers. */
  readonly index = Int32Array.from({ length: activeSize }, (_, i) => i)
  /** d px and d py by each of them. */
  readonly x = new Float64Array(activeSize)
  readonly y = new Float64Array(activeSize)
}

/**
 * The way from a page in millimetres to a picture in pixels:
 * bend the page by polynomials (curl) and by splines along each side (uneven feed), map it by a homography, then distort radially about the picture's centre,
 * p = c + R (1 + k1 r² + k2 r⁴) u, where r is 1 at the picture's corner. Page coordinates are measured from the
 * page's centre in halves of its longer side, so that all parameters are of order one.
 */
export class SheetModel {
  readonly page: { readonly width: number; readonly height: number }
  readonly picture: { readonly width: number; readonly height: number }
  readonly parameters: Float64Array
  readonly #pageScale: number
  readonly #radius: number
  /** Work space of one call of #run, never read across calls. */
  readonly #terms = new Float64Array(bendTerms)
  readonly #splines = new Float64Array(8)

  constructor(
    page: { readonly width: number; readonly height: number },
    picture: { readonly width: number; readonly height: number },
    parameters: Float64Array,
  ) {
    this.page = { width: page.width, height: page.height }
    this.picture = { width: picture.width, height: picture.height }
    this.parameters = parameters
    this.#pageScale = 2 / Math.max(page.width, page.height)
    this.#radius = Math.hypot(picture.width, picture.height) / 2
  }

  /**
   * A model without distortion or bending through matched points (four or more).
   * @returns undefined when they lie on a line or turn the page inside out.
   */
  static fromPoints(
    page: { readonly width: number; readonly height: number },
    picture: { readonly width: number; readonly height: number },
    mm: readonly PointMm[],
    px: readonly PointPx[],
  ): SheetModel | undefined {
    const h = homographyOf(mm, px)
    return h && SheetModel.fromHomography(page, picture, h)
  }

  /** @param h millimetres to pixels. */
  static fromHomography(
    page: { readonly width: number; readonly height: number },
    picture: { readonly width: number; readonly height: number },
    h: Homography,
  ): SheetModel | undefined {
    const s = Math.max(page.width, page.height) / 2
    const radius = Math.hypot(picture.width, picture.height) / 2
    const fromPage = Float64Array.of(s, 0, page.width / 2, 0, s, page.height / 2, 0, 0, 1)
    const toPicture = Float64Array.of(1, 0, -picture.width / 2, 0, 1, -picture.height / 2, 0, 0, radius)
    const inner = multiply(toPicture, multiply(h, fromPage))
    const scale = inner[8]!
    if (!(Math.abs(scale) > 1e-12)) return undefined
    const parameters = new Float64Array(modelSize)
    for (let i = 0; i < 8; i++) parameters[i] = inner[i]! / scale
    return parameters.every(Number.isFinite) ? new SheetModel(page, picture, parameters) : undefined
  }

  with(parameters: Float64Array): SheetModel {
    return new SheetModel(this.page, this.picture, parameters)
  }

  /** Where a point of the page lies in the picture; NaN behind the camera. */
  project(x: number, y: number): PointPx {
    const out = { x: 0, y: 0 }
    this.#run(x, y, out, undefined)
    return out
  }

  /**
   * As {@link project}, and writes the derivatives.
   */
  projectWithJacobian(x: number, y: number, jacobian: SparseJacobian): PointPx {
    const out = { x: 0, y: 0 }
    this.#run(x, y, out, jacobian)
    return out
  }

  /** d(px, py) / d(x, y) in pixels a millimetre, row-major 2x2, by central differences. */
  scaleAt(x: number, y: number): readonly [number, number, number, number] {
    const step = 0.25
    const a = this.project(x + step, y)
    const b = this.project(x - step, y)
    const c = this.project(x, y + step)
    const d = this.project(x, y - step)
    const s = 1 / (2 * step)
    return [(a.x - b.x) * s, (c.x - d.x) * s, (a.y - b.y) * s, (c.y - d.y) * s]
  }

  #run(x: number, y: number, out: { x: number; y: number }, jacobian: SparseJacobian | undefined): void {
    const p = this.parameters
    const u = (x - this.page.width / 2) * this.#pageScale
    const v = (y - this.page.height / 2) * this.#pageScale
    // Terms in the order of `powers`, written out: this runs for every sample of every crop.
    const u2 = u * u
    const v2 = v * v
    const terms = this.#terms
    terms[0] = u2
    terms[1] = u * v
    terms[2] = v2
    terms[3] = u2 * u
    terms[4] = u2 * v
    terms[5] = u * v2
    terms[6] = v2 * v
    terms[7] = u2 * u2
    terms[8] = u2 * u * v
    terms[9] = u2 * v2
    terms[10] = u * v2 * v
    terms[11] = v2 * v2
    let bu = u
    let bv = v
    for (let i = 0; i < bendTerms; i++) {
      bu += p[bendX + i]! * terms[i]!
      bv += p[bendY + i]! * terms[i]!
    }
    const splines = this.#splines
    const atU = splineWeights(u, splines, 0)
    const atV = splineWeights(v, splines, 4)
    for (let k = 0; k < 4; k++) {
      const alongX = feed + atU + k
      const alongY = feed + 2 * splineTerms + atV + k
      bu += p[alongX]! * splines[k]! + p[alongY]! * splines[4 + k]!
      bv += p[alongX + splineTerms]! * splines[k]! + p[alongY + splineTerms]! * splines[4 + k]!
    }
    const w = p[6]! * bu + p[7]! * bv + 1
    if (!(w > 1e-6)) {
      out.x = NaN
      out.y = NaN
      jacobian?.x.fill(0)
      jacobian?.y.fill(0)
      return
    }
    const a = (p[0]! * bu + p[1]! * bv + p[2]!) / w
    const b = (p[3]! * bu + p[4]! * bv + p[5]!) / w
    const r2 = a * a + b * b
    const f = 1 + r2 * (p[k1Index]! + r2 * p[k2Index]!)
    const radius = this.#radius
    out.x = this.picture.width / 2 + radius * a * f
    out.y = this.picture.height / 2 + radius * b * f
    if (!jacobian) return
    // d(px, py) / d(a, b)
    const df = p[k1Index]! + 2 * r2 * p[k2Index]!
    const xa = radius * (f + 2 * a * a * df)
    const xb = radius * 2 * a * b * df
    const yb = radius * (f + 2 * b * b * df)
    const { x: dx, y: dy, index } = jacobian
    const put = (i: number, da: number, db: number): void => {
      dx[i] = xa * da + xb * db
      dy[i] = xb * da + yb * db
    }
    put(0, bu / w, 0)
    put(1, bv / w, 0)
    put(2, 1 / w, 0)
    put(3, 0, bu / w)
    put(4, 0, bv / w)
    put(5, 0, 1 / w)
    put(6, (-a * bu) / w, (-b * bu) / w)
    put(7, (-a * bv) / w, (-b * bv) / w)
    dx[k1Index] = radius * a * r2
    dy[k1Index] = radius * b * r2
    dx[k2Index] = radius * a * r2 * r2
    dy[k2Index] = radius * b * r2 * r2
    const au = (p[0]! - a * p[6]!) / w
    const av = (p[1]! - a * p[7]!) / w
    const cu = (p[3]! - b * p[6]!) / w
    const cv = (p[4]! - b * p[7]!) / w
    for (let i = 0; i < bendTerms; i++) {
      const term = terms[i]!
      put(bendX + i, au * term, cu * term)
      put(bendY + i, av * term, cv * term)
    }
    for (let k = 0; k < 4; k++) {
      for (const [slot, parameter, weight] of [
        [feed + k, feed + atU + k, splines[k]!],
        [feed + 8 + k, feed + 2 * splineTerms + atV + k, splines[4 + k]!],
      ] as const) {
        put(slot, au * weight, cu * weight)
        put(slot + 4, av * weight, cv * weight)
        index[slot] = parameter
        index[slot + 4] = parameter + splineTerms
      }
    }
  }
}

/** The four cubic B-spline weights at t in [-1, 1], written from `at` on; returns the first coefficient's number. */
function splineWeights(t: number, out: Float64Array, at: number): number {
  const place = Math.max(0, Math.min(splineIntervals, ((t + 1) / 2) * splineIntervals))
  const first = Math.min(splineIntervals - 1, Math.floor(place))
  const f = place - first
  const g = 1 - f
  out[at] = (g * g * g) / 6
  out[at + 1] = (4 - 6 * f * f + 3 * f * f * f) / 6
  out[at + 2] = (4 - 6 * g * g + 3 * g * g * g) / 6
  out[at + 3] = (f * f * f) / 6
  return first
}

/** The homography part alone, millimetres to undistorted pixels. */
export function homographyPart(model: SheetModel): Homography {
  const { page, picture, parameters: p } = model
  const s = 2 / Math.max(page.width, page.height)
  const radius = Math.hypot(picture.width, picture.height) / 2
  const toPage = Float64Array.of(s, 0, (-s * page.width) / 2, 0, s, (-s * page.height) / 2, 0, 0, 1)
  const fromPicture = Float64Array.of(radius, 0, picture.width / 2, 0, radius, picture.height / 2, 0, 0, 1)
  return multiply(fromPicture, multiply(Float64Array.of(...p.subarray(0, 8), 1), toPage))
}
