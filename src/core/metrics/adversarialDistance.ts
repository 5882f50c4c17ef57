/**
 * A(X, t) = 1 - (1/M) sum_i 1[S(X, t)[i] > 0], the share of the features whose saliency is zero: how few ways lead from X to the
 * class t. Papernot 2016, section V.C. 1 where none does.
 * @param saliency S(X, t), one value per feature
 */
export function adversarialDistance(saliency: Float64Array): number {
  return 1 - saliency.filter((value) => value > 0).length / saliency.length
}

/**
 * R(F) = min over (X, t) of A(X, t): Papernot 2016, section V.C. Undefined for no images.
 * @param distances A(X, t) for the images and targets looked at, which are to stand for all
 */
export function robustness(distances: readonly number[]): number | undefined {
  if (distances.length === 0) return undefined
  return distances.reduce((least, value) => Math.min(least, value))
}
