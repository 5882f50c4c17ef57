/** One row of table 2 in Kurakin, Goodfellow and Bengio 2016: destruction rates of photos as shares of 1. */
export interface PaperRate {
  /** Id of the attack as Halftone names it. */
  readonly attack: 'fgsm' | 'bim' | 'leastLikely'
  readonly epsilon: number
  readonly average: { readonly top1: number; readonly top5: number }
  readonly prefiltered: { readonly top1: number; readonly top5: number }
}

function row(
  attack: PaperRate['attack'],
  epsilon: number,
  [top1, top5, prefiltered1, prefiltered5]: readonly [number, number, number, number],
): PaperRate {
  return { attack, epsilon, average: { top1, top5 }, prefiltered: { top1: prefiltered1, top5: prefiltered5 } }
}

/** What the paper measured on Inception v3 and ImageNet, printed on paper and photographed with a phone. */
export const paperRates: readonly PaperRate[] = [
  row('fgsm', 16, [0.125, 0.4, 0.051, 0.394]),
  row('fgsm', 8, [0.333, 0.4, 0.146, 0.708]),
  row('fgsm', 4, [0.467, 0.659, 0.324, 0.912]),
  row('fgsm', 2, [0.611, 0.632, 0.495, 0.919]),
  row('bim', 16, [0.404, 0.694, 0.6, 0.878]),
  row('bim', 8, [0.521, 0.905, 0.647, 0.912]),
  row('bim', 4, [0.524, 0.826, 0.775, 0.941]),
  row('bim', 2, [0.717, 0.815, 0.808, 0.969]),
  row('leastLikely', 16, [0.722, 0.851, 0.875, 0.979]),
  row('leastLikely', 8, [0.863, 0.946, 0.889, 0.97]),
  row('leastLikely', 4, [0.903, 0.939, 0.919, 0.98]),
  row('leastLikely', 2, [0.821, 0.939, 0.931, 0.98]),
]

/** The paper's row for a setting, when it has one. */
export function paperRate(attack: string, epsilon: number): PaperRate | undefined {
  return paperRates.find((rate) => rate.attack === attack && rate.epsilon === epsilon)
}
