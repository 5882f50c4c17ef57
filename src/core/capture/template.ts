import type { Pattern } from './patterns'

/** What a blurred pattern looks like at a grid of points, and how that changes. All row-major, `count` squared. */
export interface Template {
  /** Darkness 0..1. */
  readonly value: Float64Array
  /** Derivatives along x and y per millimetre. */
  readonly dx: Float64Array
  readonly dy: Float64Array
  /** Laplacian per square millimetre; the derivative by the blur's deviation is deviation times this. */
  readonly laplacian: Float64Array
}

/**
 * The pattern blurred by a Gaussian, in closed form: modules are boxes, and a Gaussian over a box is a difference of
 * two normal distribution functions in each axis.
 * @param left x of the first grid point in millimetres on the page
 * @param top y of the first grid point
 * @param step distance of grid points in millimetres
 * @param count grid points along a side
 * @param deviation of the blur in millimetres
 */
export function blurredPattern(
  pattern: Pattern,
  left: number,
  top: number,
  step: number,
  count: number,
  deviation: number,
): Template {
  const module = pattern.box.width / pattern.size
  const columns = profiles(left - pattern.box.x, step, count, deviation, module, pattern.size)
  const rows = profiles(top - pattern.box.y, step, count, deviation, module, pattern.size)
  const cells = count * count
  const out: Template = {
    value: new Float64Array(cells),
    dx: new Float64Array(cells),
    dy: new Float64Array(cells),
    laplacian: new Float64Array(cells),
  }
  const across = rows.last - rows.first + 1
  // Sum over columns first: for each module row, three profiles along x.
  const value = new Float64Array(across * count)
  const slope = new Float64Array(across * count)
  const curve = new Float64Array(across * count)
  for (let r = 0; r < across; r++) {
    for (let c = columns.first; c <= columns.last; c++) {
      if (!pattern.dark[(rows.first + r) * pattern.size + c]) continue
      for (let k = 0; k < count; k++) {
        const at = r * count + k
        const from = c * count + k
        value[at] = value[at]! + columns.value[from]!
        slope[at] = slope[at]! + columns.slope[from]!
        curve[at] = curve[at]! + columns.curve[from]!
      }
    }
  }
  for (let r = 0; r < across; r++) {
    for (let j = 0; j < count; j++) {
      const from = (rows.first + r) * count + j
      const v = rows.value[from]!
      const s = rows.slope[from]!
      const u = rows.curve[from]!
      if (v === 0 && s === 0) continue
      for (let k = 0; k < count; k++) {
        const at = j * count + k
        const c = r * count + k
        out.value[at] = out.value[at]! + v * value[c]!
        out.dx[at] = out.dx[at]! + v * slope[c]!
        out.dy[at] = out.dy[at]! + s * value[c]!
        out.laplacian[at] = out.laplacian[at]! + v * curve[c]! + u * value[c]!
      }
    }
  }
  return out
}

interface Profiles {
  /** Per module and grid point: the blurred box and its first and second derivatives. */
  readonly value: Float64Array
  readonly slope: Float64Array
  readonly curve: Float64Array
  /** Modules that reach into the grid. */
  readonly first: number
  readonly last: number
}

function profiles(
  start: number,
  step: number,
  count: number,
  deviation: number,
  module: number,
  size: number,
): Profiles {
  const reach = 4 * deviation
  const first = Math.max(0, Math.floor((start - reach) / module))
  const last = Math.min(size - 1, Math.floor((start + (count - 1) * step + reach) / module))
  const value = new Float64Array(size * count)
  const slope = new Float64Array(size * count)
  const curve = new Float64Array(size * count)
  for (let k = 0; k < count; k++) {
    const x = start + k * step
    let z = (x - first * module) / deviation
    let cumulative = normalCdf(z)
    let density = normalDensity(z)
    for (let m = first; m <= last; m++) {
      const nextZ = (x - (m + 1) * module) / deviation
      const nextCumulative = normalCdf(nextZ)
      const nextDensity = normalDensity(nextZ)
      const at = m * count + k
      value[at] = cumulative - nextCumulative
      slope[at] = (density - nextDensity) / deviation
      curve[at] = (nextZ * nextDensity - z * density) / (deviation * deviation)
      z = nextZ
      cumulative = nextCumulative
      density = nextDensity
    }
  }
  return { value, slope, curve, first, last }
}

function normalDensity(z: number): number {
  return 0.3989422804014327 * Math.exp(-0.5 * z * z)
}

/** The normal distribution function, to 1.5e-7 (Abramowitz and Stegun 7.1.26 for erf). */
export function normalCdf(z: number): number {
  const x = Math.abs(z) * Math.SQRT1_2
  if (x > 6) return z > 0 ? 1 : 0
  const t = 1 / (1 + 0.3275911 * x)
  const poly =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  const erf = 1 - poly * Math.exp(-x * x)
  return z >= 0 ? 0.5 * (1 + erf) : 0.5 * (1 - erf)
}
