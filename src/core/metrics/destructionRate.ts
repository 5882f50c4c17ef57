import { share, type Share } from './share'

/** Whether one image was classified right: clean, adversarial, and adversarial after the transformation. */
export interface Verdicts {
  readonly clean: boolean
  readonly adversarial: boolean
  readonly transformed: boolean
}

/** A share whose denominator is itself a selection: `of` of the `images` that were looked at. */
export interface DestructionRate extends Share {
  readonly images: number
}

/**
 * The destruction rate of Kurakin, Goodfellow and Bengio 2016, equation (1): of the images whose clean version is right
 * and whose adversarial version is wrong, the share whose transformed adversarial version is right again.
 *
 *   d = sum C(X, y) not C(X_adv, y) C(T(X_adv), y) / sum C(X, y) not C(X_adv, y)
 *
 * C is top-1 or top-5 correctness throughout, as the caller's verdicts have it. The photographed clean image does not
 * enter the formula.
 */
export function destructionRate(images: readonly Verdicts[]): DestructionRate {
  const fooled = images.filter((image) => image.clean && !image.adversarial)
  const destroyed = fooled.filter((image) => image.transformed)
  return { images: images.length, ...share(destroyed.length, fooled.length) }
}
