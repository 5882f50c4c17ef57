/** What came of one image: whether it got to its class, and how many of its features were changed on the way. */
export interface Crafted {
  readonly reached: boolean
  readonly changed: number
}

/** epsilon(s, t, tau_k) and tau_k at one maximum distortion. */
export interface HardnessPoint {
  /** Upsilon_k, a share of the features. */
  readonly limit: number
  /** tau_k, the share of the images that reach the class within it. */
  readonly rate: number
  /** epsilon_k, the mean share of features changed by then, of all the images: those that fail count with what they changed. */
  readonly distortion: number
}

/** How a saliency map attack goes: M features, of which each step changes one or two to the end of their range. */
export interface Steps {
  readonly features: number
  readonly perStep: number
}

/**
 * What runs with several maximum distortions would have given, from one run with a maximum that is not below any of them: the
 * attack takes the same steps whatever its maximum is, and only ends sooner.
 * @param limits Upsilon_k, rising, shares of the features
 */
export function hardnessPoints(
  images: readonly Crafted[],
  limits: readonly number[],
  { features, perStep }: Steps,
): HardnessPoint[] {
  if (images.length === 0) return []
  return limits.map((limit) => {
    // Whole steps within a whole number of features; 1e-9 for shares such as 0.07 of 100.
    const most = Math.floor(Math.floor(limit * features + 1e-9) / perStep) * perStep
    const reached = images.filter((image) => image.reached && image.changed <= most).length
    const changed = images.reduce((sum, image) => sum + Math.min(image.changed, most), 0)
    return { limit, rate: reached / images.length, distortion: changed / images.length / features }
  })
}

/**
 * H(s, t) = sum_k (tau_{k+1} - tau_k) (epsilon_{k+1} + epsilon_k) / 2, the trapezoid rule for the integral of epsilon over tau:
 * Papernot 2016, section V.B. Null for fewer than two points, and where no image reaches the class: the sum over a rate that stays at zero would
 * make that the easiest class of all. Where some never do, it covers the rates that were reached, and no more.
 */
export function hardness(points: readonly HardnessPoint[]): number | null {
  if (points.length < 2 || points.every(({ rate }) => rate === 0)) return null
  let sum = 0
  for (let k = 0; k + 1 < points.length; k++) {
    const [one, next] = [points[k]!, points[k + 1]!]
    sum += ((next.rate - one.rate) * (next.distortion + one.distortion)) / 2
  }
  return sum
}
