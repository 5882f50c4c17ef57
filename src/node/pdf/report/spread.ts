/**
 * Moves the middles of labels apart so that none overlap, each as little as can be, within bounds.
 *
 * @param labels Wanted middle and height of each, in points.
 * @returns The middles, in the order given.
 */
export function spread(
  labels: readonly { readonly middle: number; readonly height: number }[],
  top: number,
  bottom: number,
): number[] {
  const order = labels.map((_, i) => i).sort((a, b) => labels[a]!.middle - labels[b]!.middle)
  const middles = labels.map(({ middle }) => middle)
  // Down from the top, then up from the bottom: the second pass pulls back what the first pushed out.
  let edge = top
  for (const i of order) {
    const half = labels[i]!.height / 2
    middles[i] = Math.max(middles[i]!, edge + half)
    edge = middles[i] + half
  }
  edge = bottom
  for (const i of order.toReversed()) {
    const half = labels[i]!.height / 2
    middles[i] = Math.min(middles[i]!, edge - half)
    edge = middles[i] - half
  }
  return middles
}
