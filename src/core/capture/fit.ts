import { cholesky, choleskySolve, forwardSolve } from './solve'
import { modelSize, priorDeviation, SparseJacobian, type SheetModel } from './SheetModel'

/** A page point that was seen in the picture. */
export interface Observation {
  /** On the page, millimetres. */
  readonly mmX: number
  readonly mmY: number
  /** In the picture, pixels. */
  readonly pxX: number
  readonly pxY: number
  /** Standard deviation of each picture coordinate in pixels. */
  readonly deviation: number
}

export interface Fit {
  readonly model: SheetModel
  /** Cholesky factor of the normal matrix in units of the observations' deviations. */
  readonly factor: Float64Array
  /** Distance of each observation from the fit in pixels, in the order given. */
  readonly residuals: Float64Array
}

/** Huber's threshold in standard deviations: 95 % efficient for Gaussian errors (Huber 1964). */
const huber = 1.345

/**
 * Maximum a posteriori fit of the sheet's model: Huber loss on the observations, Gaussian priors on distortion and
 * bending, Levenberg-Marquardt steps. With few points the priors hold the model to a plain homography, and the
 * covariance (see {@link predictedDeviation}) says honestly how little is known elsewhere on the page.
 * @returns undefined when the points do not determine a homography.
 */
export function fitModel(
  start: SheetModel,
  observations: readonly Observation[],
  rounds = 8,
): Fit | undefined {
  const n = modelSize
  let model = start
  let damping = 1e-6
  let current = normalEquations(model, observations)
  if (!current) return undefined
  for (let round = 0; round < rounds; round++) {
    const trial = Float64Array.from(current.matrix)
    for (let i = 0; i < n; i++) trial[i * n + i] = trial[i * n + i]! * (1 + damping)
    const step = Float64Array.from(current.right)
    if (!cholesky(trial, n)) return undefined
    choleskySolve(trial, n, step)
    const moved = model.with(model.parameters.map((v, i) => v + step[i]!))
    const next = normalEquations(moved, observations)
    if (!next || next.cost > current.cost * (1 + 1e-12) + 1e-12) {
      damping = Math.max(damping * 30, 1e-4)
      if (damping > 1e6) break
      continue
    }
    const gain = current.cost - next.cost
    model = moved
    current = next
    damping = Math.max(damping / 30, 1e-9)
    if (gain < 1e-6 * (1 + current.cost)) break
  }
  if (!cholesky(current.matrix, n)) return undefined
  return { model, factor: current.matrix, residuals: current.residuals }
}

interface NormalEquations {
  readonly matrix: Float64Array
  readonly right: Float64Array
  readonly residuals: Float64Array
  readonly cost: number
}

function normalEquations(
  model: SheetModel,
  observations: readonly Observation[],
): NormalEquations | undefined {
  const n = modelSize
  const matrix = new Float64Array(n * n)
  const right = new Float64Array(n)
  const residuals = new Float64Array(observations.length)
  const jacobian = new SparseJacobian()
  const { count, index, x: jx, y: jy } = jacobian
  let cost = 0
  for (const [number, seen] of observations.entries()) {
    const p = model.projectWithJacobian(seen.mmX, seen.mmY, jacobian)
    const dx = seen.pxX - p.x
    const dy = seen.pxY - p.y
    const distance = Math.hypot(dx, dy)
    if (!Number.isFinite(distance)) return undefined
    residuals[number] = distance
    const scaled = distance / seen.deviation
    const inlier = scaled <= huber
    cost += inlier ? 0.5 * scaled * scaled : huber * (scaled - 0.5 * huber)
    const weight = (inlier ? 1 : huber / scaled) / seen.deviation ** 2
    for (let a = 0; a < count; a++) {
      const i = index[a]!
      const wx = jx[a]! * weight
      const wy = jy[a]! * weight
      right[i] = right[i]! + wx * dx + wy * dy
      const row = i * n
      for (let b = 0; b <= a; b++) {
        const at = row + index[b]!
        matrix[at] = matrix[at]! + wx * jx[b]! + wy * jy[b]!
      }
    }
  }
  for (let i = 0; i < n; i++) {
    const precision = 1 / priorDeviation[i]! ** 2
    const value = model.parameters[i]!
    matrix[i * n + i] = matrix[i * n + i]! + precision
    right[i] = right[i]! - precision * value
    cost += 0.5 * precision * value * value
  }
  return { matrix, right, residuals, cost }
}

/** Standard deviation in pixels of where the fit puts a page point: the larger of the two axes' sum in quadrature. */
export function predictedDeviation(fit: Fit, mmX: number, mmY: number): number {
  const n = modelSize
  const jacobian = new SparseJacobian()
  const p = fit.model.projectWithJacobian(mmX, mmY, jacobian)
  if (!Number.isFinite(p.x)) return Infinity
  let variance = 0
  for (const values of [jacobian.x, jacobian.y]) {
    const row = new Float64Array(n)
    for (let a = 0; a < jacobian.count; a++) row[jacobian.index[a]!] = values[a]!
    forwardSolve(fit.factor, n, row)
    for (const v of row) variance += v * v
  }
  return Math.sqrt(variance)
}
