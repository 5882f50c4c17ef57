import type { Picture } from '#contract/playground'

/** What the model says, likeliest first. */
export interface ViewedGuess {
  readonly label: number
  readonly name: string
  readonly confidence: number
}

/** One picture of a comparison. */
export interface ViewedImage {
  /** "Clean", "Adversarial", "Photographed". */
  readonly title: string
  /** Its address, or its pixels. */
  readonly source: string | Picture
  readonly top: readonly ViewedGuess[]
}

/** An image in its versions, all of one size: the clean one first, the adversarial one second. */
export interface Viewed {
  /** "Falling rocks, image 12". */
  readonly title: string
  readonly truth: { readonly label: number; readonly name: string } | null
  /** The class that the attack steered towards. */
  readonly target: { readonly label: number; readonly name: string } | null
  readonly images: readonly ViewedImage[]
  /** Further figures, each a name and a value with its unit. */
  readonly facts: readonly { readonly name: string; readonly value: string }[]
}
