import { Kernels } from '#core/simd/Kernels'
import { Workroom } from '#core/simd/Workroom'
import { bound, halvesOf, type Block } from './saliencyBlocks'
import { least, outside, pairProgram, scaleOf, shares, slack } from './saliencyKernels'
import type { Direction, ForwardDerivative } from './saliencyMap'

/** A float of 32 bits leaves so many bits of one of 64 bits free, and there are fewer features. */
const indexMask = 2 ** 29 - 1

/** From how many features on it is worth another two passes to leave some out. */
const many = 512

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
  derivative: ForwardDerivative,
  direction: Direction,
  domain: Uint8Array,
): readonly [number, number] | undefined {
  return new PairSearch(domain.length).run(derivative, direction, domain)
}

/** Searches for pairs among as many features, again and again in the same memory. */
export class PairSearch {
  readonly #kernels: Kernels<
    'slopes' | 'partners' | 'above' | 'steps' | 'aboveSteps' | 'exactly' | 'equal' | 'levels'
  >
  /** a and c of every feature. Plain loops over these run at every step of the attack. */
  readonly #gain: Float32Array
  readonly #loss: Float32Array
  readonly #found: Int32Array
  /** Numbers to sort, and the halves that they are made of. */
  readonly #keys: Float64Array
  readonly #halves: Uint32Array
  #product = 0
  #pair: readonly [number, number] | undefined

  constructor(features: number, workroom = new Workroom()) {
    this.#kernels = workroom.kernels(pairProgram(), 2 * Kernels.roomFor(features))
    this.#gain = this.#kernels.floats(features)
    this.#loss = this.#kernels.floats(features)
    this.#found = new Int32Array(features)
    this.#keys = new Float64Array(features)
    this.#halves = new Uint32Array(this.#keys.buffer)
  }

  /**
   * @param image values level / 255
   * @param levels where its levels are written
   * @param domain where 1 is written for each feature that can still move that way, and 0 for others
   */
  levelsOf(image: Float32Array, direction: Direction, levels: Uint8Array, domain: Uint8Array): void {
    this.#kernels.run('levels', [image, levels, domain], [direction === 'increase' ? 255 : 0])
  }

  /** See {@link mostSalientPair}. */
  run(
    { target, others }: ForwardDerivative,
    direction: Direction,
    domain: Uint8Array,
  ): readonly [number, number] | undefined {
    const [gain, loss] = [this.#gain, this.#loss]
    this.#product = 0
    this.#pair = undefined
    const sign = direction === 'increase' ? 1 : -1
    const slopes = [target, others, domain, gain, loss]
    const [mostGain, mostLoss, most] = this.#kernels.run('slopes', slopes, [sign]) as [number, number, number]
    // Two sums above zero need an a and a c above zero.
    if (!(mostGain > 0 && mostLoss > 0)) return undefined
    const [gainLeft, lossLeft] = this.#pairWithAll(
      this.#promising(mostGain, mostLoss, most),
      mostGain,
      mostLoss,
    )
    if (!(gainLeft > 0 && lossLeft > 0)) return this.#pair
    const points = this.#undominated(this.#candidates(gainLeft, lossLeft))
    if (points.length > 1) {
      const all = this.#blockOf(points, 0, points.length)
      this.#search(all, all, points)
    }
    return this.#pair
  }

  #offer(p: number, q: number, gainOf = this.#gain[p]!, lossOf = this.#loss[p]!): void {
    const gain = gainOf + this.#gain[q]!
    const loss = lossOf + this.#loss[q]!
    if (gain > 0 && loss > 0 && gain * loss > this.#product && p !== q) {
      this.#product = gain * loss
      this.#pair = p < q ? [p, q] : [q, p]
    }
  }

  /**
   * Offers the best pairs with these features, at most three, and takes the features out of the search.
   * @param mostGain the greatest a of all. @param mostLoss the greatest c
   * @returns the greatest a and c of what is left
   */
  #pairWithAll(features: readonly number[], mostGain: number, mostLoss: number): [number, number] {
    const [gain, loss] = [this.#gain, this.#loss]
    const own = features.map((p): readonly [number, number] => [gain[p]!, loss[p]!])
    features.forEach((p, i) => {
      for (const q of features.slice(i + 1)) this.#offer(p, q)
    })
    for (const p of features) gain[p] = loss[p] = outside
    const scales = [scaleOf(mostGain), scaleOf(mostLoss)] as const
    const scalars = [0, 1, 2].flatMap((i) => own[i] ?? [outside, outside])
    const found = this.#kernels.run('partners', [gain, loss], [...scales, ...scalars])
    let [gainLeft, lossLeft] = [found[0]!, found[1]!]
    const products = found.slice(2)
    // The greatest first: most often the others have none that could be better then.
    for (const i of [...features.keys()].sort((i, j) => products[j]! - products[i]!)) {
      const [p, [ownGain, ownLoss]] = [features[i]!, own[i]!]
      if (products[i]! < least) {
        // Too small to be told apart like this: it stays.
        ;[gain[p], loss[p]] = [ownGain, ownLoss]
        ;[gainLeft, lossLeft] = [Math.max(gainLeft, ownGain), Math.max(lossLeft, ownLoss)]
      } else if (products[i]! >= this.#product * scales[0] * scales[1] * slack) {
        const best = products[i]! / scales[0] / scales[1]
        for (const q of this.#above(ownGain, ownLoss, mostGain, mostLoss, best)) {
          this.#offer(p, q, ownGain, ownLoss)
        }
      }
    }
    return [gainLeft, lossLeft]
  }

  /** The features with the greatest a, the greatest c and the greatest product: one of them is in most good pairs. */
  #promising(mostGain: number, mostLoss: number, most: number): readonly number[] {
    const [gain, loss] = [this.#gain, this.#loss]
    const found = [
      this.#kernels.first('equal', [gain], [mostGain]),
      this.#kernels.first('equal', [loss], [mostLoss]),
      most > 0 ? this.#kernels.first('exactly', [gain, loss], [most]) : undefined,
    ]
    return [...new Set(found.filter((i) => i !== undefined))]
  }

  /**
   * (1): the features whose product with this a and c is greater than one that is known, or so nearly that it has to be looked at.
   * @param mostGain the greatest a. @param mostLoss the greatest c
   */
  #above(
    gain: number,
    loss: number,
    mostGain: number,
    mostLoss: number,
    product = this.#product,
  ): Int32Array {
    const [one, other] = [scaleOf(mostGain), scaleOf(mostLoss)]
    const scalars = [gain, loss, one, other, product * one * other * slack]
    const count = this.#kernels.find('above', [this.#gain, this.#loss], scalars, this.#found)
    return this.#found.subarray(0, count)
  }

  /**
   * (1): those that could be in a better pair. Where few features have both a great a and a great c, nearly all of them could be with
   * one that had the greatest of both. Then partners are told apart by their a: those between two steps have no greater a than the
   * upper one, and no greater c than any above the lower one.
   */
  #candidates(mostGain: number, mostLoss: number): Int32Array {
    const candidates = this.#above(mostGain, mostLoss, mostGain, mostLoss)
    const [one, other] = [scaleOf(mostGain), scaleOf(mostLoss)]
    const product = this.#product * one * other * slack
    if (candidates.length <= many || product < least) return candidates
    const steps = shares.map((share) => Math.fround(share * mostGain))
    const losses = [...this.#kernels.run('steps', [this.#gain, this.#loss], steps), mostLoss]
    const pairs = [mostGain, ...steps].flatMap((gain, n) => [gain * one, losses[n]! * other])
    const scalars = [one, other, product, ...pairs]
    const count = this.#kernels.find('aboveSteps', [this.#gain, this.#loss], scalars, this.#found)
    return this.#found.subarray(0, count)
  }

  /**
   * (2), by a sweep from the greatest a downwards that remembers the two greatest c. In place, in that order. Numbers are sorted
   * many times as fast as by a comparison of our own: each a, and its index in the bits that it leaves free.
   */
  #undominated(candidates: Int32Array): Int32Array {
    const [gain, loss, halves] = [this.#gain, this.#loss, this.#halves]
    const keys = this.#keys.subarray(0, candidates.length)
    for (let at = 0; at < keys.length; at++) {
      const i = candidates[at]!
      keys[at] = gain[i]!
      // The lower half of each number, on machines that keep it first, as all do that Node runs on.
      halves[2 * at] = halves[2 * at]! | i
    }
    keys.sort()
    let [first, second, kept] = [-Infinity, -Infinity, 0]
    for (let at = keys.length - 1; at >= 0; at--) {
      const i = halves[2 * at]! & indexMask
      const value = loss[i]!
      if (value <= second) continue
      second = Math.min(first, value)
      first = Math.max(first, value)
      candidates[kept++] = i
    }
    return candidates.subarray(0, kept)
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
