/** One image's perturbation. */
type Values = ArrayLike<number> & Iterable<number>
// Loops by index throughout: these run at every step of an attack, and an iterator takes several times as long.

/**
 * A norm as a value: how large a perturbation is, how to bring one back into a ball, and which way is steepest.
 * All functions work on one image's perturbation; units are the caller's. Those that change do so in place.
 */
export interface Norm {
  readonly id: 'l0' | 'l1' | 'l2' | 'linf'
  measure(delta: Values): number
  /** The nearest point (in L2) of the ball of this radius round zero. */
  project(delta: Float32Array, radius: number): void
  /** The direction of unit norm that ascends steepest along this gradient; zero stays zero. */
  normalize(gradient: Float32Array): void
}

const l0: Norm = {
  id: 'l0',
  measure(delta) {
    let count = 0
    for (const value of delta) if (value !== 0) count++
    return count
  },
  /** Keeps the `radius` greatest values; among equals the lower index stays. */
  project(delta, radius) {
    const keep = Math.floor(radius)
    if (l0.measure(delta) <= keep) return
    const order = Uint32Array.from(delta.keys()).sort(
      (a, b) => Math.abs(delta[b]!) - Math.abs(delta[a]!) || a - b,
    )
    for (const index of order.subarray(keep)) delta[index] = 0
  },
  normalize: toSteepestCoordinate,
}

const l1: Norm = {
  id: 'l1',
  measure(delta) {
    const { length } = delta
    let sum = 0
    for (let i = 0; i < length; i++) sum += Math.abs(delta[i]!)
    return sum
  },
  /** By soft thresholding: Duchi, Shalev-Shwartz, Singer and Chandra 2008, figure 1. */
  project(delta, radius) {
    if (l1.measure(delta) <= radius) return
    const sorted = Float64Array.from(delta, Math.abs).sort().reverse()
    let sum = 0
    let threshold = 0
    for (let i = 0; i < sorted.length; i++) {
      sum += sorted[i]!
      const candidate = (sum - radius) / (i + 1)
      if (sorted[i]! <= candidate) break
      threshold = candidate
    }
    for (let i = 0; i < delta.length; i++) {
      delta[i] = Math.sign(delta[i]!) * Math.max(Math.abs(delta[i]!) - threshold, 0)
    }
  },
  normalize: toSteepestCoordinate,
}

const l2: Norm = {
  id: 'l2',
  measure(delta) {
    const { length } = delta
    let sum = 0
    for (let i = 0; i < length; i++) sum += delta[i]! * delta[i]!
    return Math.sqrt(sum)
  },
  project(delta, radius) {
    const length = l2.measure(delta)
    if (length > radius) scale(delta, radius / length)
  },
  normalize(gradient) {
    // Gradients can be so small that their squares vanish: scale by the greatest value first.
    const greatest = linf.measure(gradient)
    if (greatest === 0) return
    scale(gradient, 1 / greatest)
    scale(gradient, 1 / l2.measure(gradient))
  },
}

const linf: Norm = {
  id: 'linf',
  measure(delta) {
    const { length } = delta
    let greatest = 0
    for (let i = 0; i < length; i++) greatest = Math.max(greatest, Math.abs(delta[i]!))
    return greatest
  },
  project(delta, radius) {
    for (let i = 0; i < delta.length; i++) {
      const value = delta[i]!
      if (value > radius) delta[i] = radius
      else if (value < -radius) delta[i] = -radius
    }
  },
  normalize(gradient) {
    for (let i = 0; i < gradient.length; i++) {
      const value = gradient[i]!
      gradient[i] = value > 0 ? 1 : value < 0 ? -1 : 0
    }
  },
}

export const norms = { l0, l1, l2, linf } satisfies Record<Norm['id'], Norm>

function scale(values: Float32Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i]! *= factor
}

/** In L1 and L0 the steepest step of unit size is along the one greatest coordinate; the lowest index among equals. */
function toSteepestCoordinate(gradient: Float32Array): void {
  let best = 0
  for (let i = 1; i < gradient.length; i++) {
    if (Math.abs(gradient[i]!) > Math.abs(gradient[best]!)) best = i
  }
  const sign = Math.sign(gradient[best] ?? 0)
  gradient.fill(0)
  if (sign !== 0) gradient[best] = sign
}
