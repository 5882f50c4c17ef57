/**
 * What Papernot's saliency maps are made of, one value per feature (pixel and channel): d F_t / d x_i of the target, and the
 * sum over the other classes, sum_{j != t} d F_j / d x_i.
 */
export interface ForwardDerivative {
  readonly target: Float32Array
  readonly others: Float32Array
}

/** Whether features are to grow or to shrink (theta above or below zero). */
export type Direction = 'increase' | 'decrease'

/**
 * The saliency of one feature: zero unless changing it this way raises the target and lowers the sum of the others, else the
 * product of the two slopes. Papernot 2016, equation 8 to increase features and 9 to decrease them.
 */
export function saliencyOf({ target, others }: ForwardDerivative, i: number, direction: Direction): number {
  const sign = direction === 'increase' ? 1 : -1
  const [gain, loss] = [sign * target[i]!, -sign * others[i]!]
  return gain > 0 && loss > 0 ? gain * loss : 0
}

/** The whole map S(X, t). */
export function saliencyMap(derivative: ForwardDerivative, direction: Direction): Float64Array {
  return Float64Array.from(derivative.target, (_, i) => saliencyOf(derivative, i, direction))
}

/**
 * The feature of the search domain with the greatest saliency, the lowest index among equals; undefined where all are zero.
 * @param domain 1 for each feature that may be chosen
 */
export function mostSalient(
  { target, others }: ForwardDerivative,
  direction: Direction,
  domain: Uint8Array,
): number | undefined {
  const sign = direction === 'increase' ? 1 : -1
  let [best, found] = [0, -1]
  for (let i = 0; i < domain.length; i++) {
    const gain = sign * target[i]!
    if (gain > 0 && domain[i] !== 0 && -sign * others[i]! * gain > best) {
      best = -sign * others[i]! * gain
      found = i
    }
  }
  return found < 0 ? undefined : found
}
