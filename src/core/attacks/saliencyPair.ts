import type { Direction, ForwardDerivative } from './saliencyMap'

/** Features that are paired one by one, without a look at smaller blocks. */
const smallest = 8

/**
 * The two features of the search domain with the greatest joint saliency, -(a_p + a_q)(b_p + b_q) where a_p + a_q > 0 and
 * b_p + b_q < 0, a the slopes of the target and b those of the others (with their signs turned, to decrease features):
 * Papernot 2016, algorithm 3. Undefined where no pair helps.
 *
 * Exact, yet it does not look at all n^2 pairs, and takes memory linear in n. With c = -b the product grows in both sums. So
 * (1) a feature p can be in a pair better than one already known only if (a_p + max a)(c_p + max c) is greater; (2) a feature
 * that two others reach in both a and c can be exchanged for one of them, so that only those with fewer such rivals matter;
 * (3) the bound of (1) holds for blocks of features too. Among equal pairs the first that this search meets is taken.
 * @param domain 1 for each feature that may be chosen
 * @returns two different indices, the lower first
 */
export function mostSalientPair(
  { target, others }: ForwardDerivative,
  direction: Direction,
  domain: Uint8Array,
): readonly [number, number] | undefined {
  const sign = direction === 'increase' ? 1 : -1
  const search = new PairSearch(
    target.map((slope) => sign * slope),
    others.map((slope) => -sign * slope),
  )
  return search.run(domain)
}

class PairSearch {
  /** a and c, by feature. */
  readonly #gain: Float32Array
  readonly #loss: Float32Array
  #product = 0
  #pair: readonly [number, number] | undefined

  constructor(gain: Float32Array, loss: Float32Array) {
    this.#gain = gain
    this.#loss = loss
  }

  run(domain: Uint8Array): readonly [number, number] | undefined {
    const open = indicesOf(domain)
    const first = this.#promising(open)
    if (!first) return undefined
    for (const p of first) for (const q of open) this.#offer(p, q)
    const points = this.#undominated(this.#candidates(open, first))
    if (points.length > 1) {
      const all = this.#blockOf(points, 0, points.length)
      this.#search(all, all, points)
    }
    return this.#pair
  }

  #offer(p: number, q: number): void {
    const gain = this.#gain[p]! + this.#gain[q]!
    const loss = this.#loss[p]! + this.#loss[q]!
    if (gain > 0 && loss > 0 && gain * loss > this.#product && p !== q) {
      this.#product = gain * loss
      this.#pair = p < q ? [p, q] : [q, p]
    }
  }

  /** The features with the greatest a, the greatest c and the greatest product: one of them is in most good pairs. */
  #promising(open: Int32Array): readonly [number, number, number] | undefined {
    if (open.length < 2) return undefined
    let [steepest, safest, best] = [open[0]!, open[0]!, open[0]!]
    let product = -Infinity
    for (const i of open) {
      const [gain, loss] = [this.#gain[i]!, this.#loss[i]!]
      if (gain > this.#gain[steepest]!) steepest = i
      if (loss > this.#loss[safest]!) safest = i
      const own = gain > 0 && loss > 0 ? gain * loss : 0
      if (own > product) {
        product = own
        best = i
      }
    }
    return [steepest, safest, best]
  }

  /** (1): those that could be in a better pair, with the greatest a and c for a partner. */
  #candidates(open: Int32Array, [steepest, safest]: readonly [number, number, number]): Int32Array {
    const [mostGain, mostLoss] = [this.#gain[steepest]!, this.#loss[safest]!]
    return open.filter((i) => {
      const [gain, loss] = [this.#gain[i]! + mostGain, this.#loss[i]! + mostLoss]
      return gain > 0 && loss > 0 && gain * loss > this.#product
    })
  }

  /** (2), by a sweep from the greatest a downwards that remembers the two greatest c. In that order. */
  #undominated(candidates: Int32Array): Int32Array {
    const [gain, loss] = [this.#gain, this.#loss]
    const sorted = candidates.sort((p, q) => gain[q]! - gain[p]! || loss[q]! - loss[p]! || p - q)
    let [first, second] = [-Infinity, -Infinity]
    return sorted.filter((i) => {
      const value = loss[i]!
      if (value <= second) return false
      second = Math.min(first, value)
      first = Math.max(first, value)
      return true
    })
  }

  /** (3): pairs of blocks whose bound is above what is known, the more promising first, down to single features. */
  #search(one: Block, other: Block, points: Int32Array): void {
    if (!(bound(one, other) > this.#product)) return
    const pairs = halvesOf(one, other)
    if (pairs.length > 0) {
      pairs.sort((p, q) => bound(...q) - bound(...p))
      for (const pair of pairs) this.#search(...pair, points)
      return
    }
    for (let i = one.from; i < one.to; i++) {
      for (let j = Math.max(i + 1, other.from); j < other.to; j++) this.#offer(points[i]!, points[j]!)
    }
  }

  /** The tree of blocks over points that are sorted by a, greatest first. */
  #blockOf(points: Int32Array, from: number, to: number): Block {
    if (to - from <= smallest) {
      const loss = points.subarray(from, to).reduce((most, i) => Math.max(most, this.#loss[i]!), -Infinity)
      return { from, to, gain: this.#gain[points[from]!]!, loss, halves: undefined }
    }
    const middle = (from + to) >> 1
    const halves = [this.#blockOf(points, from, middle), this.#blockOf(points, middle, to)] as const
    return { from, to, gain: halves[0].gain, loss: Math.max(halves[0].loss, halves[1].loss), halves }
  }
}

/** A run of sorted points with the greatest a and c among them. */
interface Block {
  readonly from: number
  readonly to: number
  readonly gain: number
  readonly loss: number
  readonly halves: readonly [Block, Block] | undefined
}

/** No pair of a feature of one block with one of the other is better. */
function bound(one: Block, other: Block): number {
  const [gain, loss] = [one.gain + other.gain, one.loss + other.loss]
  return gain > 0 && loss > 0 ? gain * loss : 0
}

/** The pairs of smaller blocks that make up a pair; none where neither has halves. */
function halvesOf(one: Block, other: Block): [Block, Block][] {
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

function indicesOf(domain: Uint8Array): Int32Array {
  const out = new Int32Array(domain.length)
  let count = 0
  for (let i = 0; i < domain.length; i++) if (domain[i] !== 0) out[count++] = i
  return out.subarray(0, count)
}
