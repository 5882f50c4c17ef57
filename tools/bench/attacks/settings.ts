import type { AttackId } from '#core/attacks/index'

/** Batches of a run, since a user's runs have many: arrays are made for the first and serve the others. */
export const usualBatches = 3

/** The slow ones take one batch, which then weighs too much rather than too little; one pixel's is of fewer images. */
export const slow: Readonly<Partial<Record<AttackId, { readonly images?: number }>>> = {
  onePixel: { images: 2 },
  carliniWagnerL2: {},
  carliniWagnerL0: {},
  szegedy: {},
  jsma: {},
}

/**
 * Few steps: the share of the attack's own work hardly depends on how many there are. What is done once for a batch weighs more
 * with few of them, so that these figures are rather too high than too low. Szegedy's searches grow shorter as they go on: all of
 * them.
 */
export const params: Readonly<Partial<Record<AttackId, Readonly<Record<string, number | string>>>>> = {
  fgsm: { epsilon: 8 },
  bim: { epsilon: 8 },
  leastLikely: { epsilon: 8 },
  pgd: { epsilon: 8, steps: 10 },
  pgdL2: { steps: 10 },
  onePixel: { population: 100, generations: 4 },
  carliniWagnerL2: { iterations: 15, searches: 2, constant: 1 },
  carliniWagnerL0: { gradients: 30 },
  carliniWagnerLinf: { gradients: 30 },
  szegedy: {},
  jsma: { distortion: 0.2 },
}
