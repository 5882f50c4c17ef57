/**
 * Probability of at least `count` successes in `trials` independent trials, each of probability `p`: the binomial tail,
 * summed from logarithms so that nothing underflows.
 */
export function atLeast(count: number, trials: number, p: number): number {
  if (count <= 0) return 1
  let logChoose = 0
  let sum = 0
  for (let k = 0; k <= trials; k++) {
    if (k > 0) logChoose += Math.log((trials - k + 1) / k)
    if (k >= count) sum += Math.exp(logChoose + k * Math.log(p) + (trials - k) * Math.log1p(-p))
  }
  return Math.min(1, sum)
}

/** One-sided sign test: how often a fair coin would win at least so often. */
export function fairCoin(wins: number, trials: number): number {
  return atLeast(wins, trials, 0.5)
}
