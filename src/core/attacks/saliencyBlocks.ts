/** A run of sorted points with the greatest a and c among them. */
export interface Block {
  readonly from: number
  readonly to: number
  readonly gain: number
  readonly loss: number
  readonly halves: readonly [Block, Block] | undefined
}

/** No pair of a feature of one block with one of the other is better. */
export function bound(one: Block, other: Block): number {
  const [gain, loss] = [one.gain + other.gain, one.loss + other.loss]
  return gain > 0 && loss > 0 ? gain * loss : 0
}

/** The pairs of smaller blocks that make up a pair; none where neither has halves. */
export function halvesOf(one: Block, other: Block): [Block, Block][] {
  if (!one.halves && !other.halves) return []
  if (one === other) {
    const [left, right] = one.halves!
    return [
      [left, left],
      [left, right],
      [right, right],
    ]
  }
  return (one.halves ?? [one]).flatMap((a) => (other.halves ?? [other]).map((b): [Block, Block] => [a, b]))
}
