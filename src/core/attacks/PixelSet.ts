import type { BoxAdam } from './BoxAdam'
import type { PixelScratch } from './pixelImportance'
import { sortedBy } from './pixelImportance'
import type { Allowance, Judge } from './ShrinkingSearch'

/** Variants judged together while looking for how many pixels need not change. */
const fan = 8

/**
 * The pixels of one image that may still change. The paper fixes one pixel after each solution, its reference up to 0.3 sqrt(n);
 * here a whole share of them goes, half at first, and where that leaves no solution they come back and half as many go:
 * the same end, one pixel at a time, in far fewer gradients. Before that, changes that a solution can do without are
 * taken back, the least important first: how many is found by queries alone.
 */
export class PixelSet implements Allowance {
  readonly #clean: Float32Array
  /** Values are in one group when their indices leave the same rest: the channels of one pixel. */
  readonly #groups: number
  /** 1 for each value that may change, the same for all of a group. */
  readonly #allowed: Float32Array
  /** The groups of the last solution, the least important first. */
  #order: Uint32Array
  #share = 0.5
  readonly #scratch: PixelScratch

  /** @param scratch for as many groups; may be shared */
  constructor(clean: Float32Array, groups: number, scratch: PixelScratch) {
    this.#clean = clean
    this.#groups = groups
    this.#scratch = scratch
    this.#allowed = new Float32Array(clean.length).fill(1)
    this.#order = new Uint32Array(groups)
    for (let i = 0; i < groups; i++) this.#order[i] = i
  }

  get progress(): number {
    const finest = Math.log2(Math.max(2, this.#groups))
    // Both the size of the set and the share that goes fall, each by halves.
    const left = Math.log2(1 + this.#order.length) - 1 - Math.log2(this.#share)
    return Math.min(1, Math.max(0, 1 - left / (2 * finest)))
  }

  descend(variable: BoxAdam, row: number, constant: number, margins: Float32Array): number {
    return variable.descendSome(row, constant, margins, this.#allowed)
  }

  confine(rounded: Float32Array): void {
    const [clean, allowed] = [this.#clean, this.#allowed]
    for (let i = 0; i < clean.length; i++) if (allowed[i] === 0) rounded[i] = clean[i]!
  }

  async tighten(
    rounded: Float32Array,
    margins: Float32Array,
    judge: Judge,
  ): Promise<{ image: Float32Array; over: boolean }> {
    const order = this.#byImportance(rounded, margins)
    const spared = await this.#sparable(rounded, order, judge)
    this.#order = order.subarray(spared)
    // Four steps forward for each one back, so that the share follows what the set can still bear.
    this.#share = Math.min(0.5, this.#share * 2 ** 0.25)
    return { image: rounded, over: !this.#drop() }
  }

  loosen(): boolean {
    // What failed was this many; fewer are tried.
    const failed = Math.max(1, Math.floor(this.#share * this.#order.length))
    if (failed === 1) return false
    while (Math.max(1, Math.floor(this.#share * this.#order.length)) >= failed) this.#share /= 2
    return this.#drop()
  }

  /** Allows the solution's groups but for the least important share of them. */
  #drop(): boolean {
    const count = Math.max(1, Math.floor(this.#share * this.#order.length))
    const kept = this.#order.subarray(count)
    this.#allowed.fill(0)
    for (const group of kept) {
      for (let i = group; i < this.#allowed.length; i += this.#groups) this.#allowed[i] = 1
    }
    return kept.length > 0
  }

  /** The groups that a solution changes, by |slope| x |change| summed over their values. */
  #byImportance(rounded: Float32Array, margins: Float32Array): Uint32Array {
    const groups = this.#groups
    const { importance, changed, found } = this.#scratch
    importance.fill(0)
    changed.fill(0)
    for (let start = 0; start < rounded.length; start += groups) {
      const [now, clean, slopes] = [rounded, this.#clean, margins].map((values) =>
        values.subarray(start, start + groups),
      )
      this.#scratch.kernels.run('importance', [now!, clean!, slopes!, importance, changed])
    }
    return sortedBy(
      importance,
      found.subarray(0, this.#scratch.kernels.find('changed', [changed], [], found)),
    )
  }

  /**
   * Takes the first groups of the order back to their clean values, in place, as many as queries find that can go.
   * @returns how many they are
   */
  async #sparable(rounded: Float32Array, order: Uint32Array, judge: Judge): Promise<number> {
    let [spared, needed] = [0, order.length]
    while (needed - spared > 1) {
      const step = Math.max(1, (needed - spared) / (fan + 1))
      const counts: number[] = []
      for (let j = 1; j <= fan && Math.round(spared + j * step) < needed; j++) {
        counts.push(Math.round(spared + j * step))
      }
      const adversarial = await judge(counts.length, (variant, into, before) => {
        // The image, or the variant before, spares the first of these groups.
        into.set(before ?? rounded)
        this.#spare(into, order.subarray(before ? counts[variant - 1]! : spared, counts[variant]!))
      })
      const last = adversarial.lastIndexOf(true)
      needed = counts[last + 1] ?? needed
      if (last < 0) continue
      this.#spare(rounded, order.subarray(spared, counts[last]!))
      spared = counts[last]!
    }
    return spared
  }

  /** Takes groups of an image back to their clean values. */
  #spare(image: Float32Array, order: Uint32Array): void {
    const [clean, groups] = [this.#clean, this.#groups]
    for (let start = 0; start < image.length; start += groups) {
      for (const group of order) image[start + group] = clean[start + group]!
    }
  }
}
