import type { BoxAdam } from './BoxAdam'
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

  constructor(clean: Float32Array, groups: number) {
    this.#clean = clean
    this.#groups = groups
    this.#allowed = new Float32Array(clean.length).fill(1)
    this.#order = Uint32Array.from({ length: groups }, (_, i) => i)
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
    return { image: this.#without(rounded, order, spared), over: !this.#drop() }
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
    const importance = new Float64Array(this.#groups)
    const changed = new Uint8Array(this.#groups)
    const [clean, groups] = [this.#clean, this.#groups]
    for (let start = 0; start < rounded.length; start += groups) {
      for (let g = 0; g < groups; g++) {
        const change = Math.abs(rounded[start + g]! - clean[start + g]!)
        if (change === 0) continue
        changed[g] = 1
        importance[g]! += change * Math.abs(margins[start + g]!)
      }
    }
    return Uint32Array.from(changed.keys())
      .filter((group) => changed[group] === 1)
      .sort((a, b) => importance[a]! - importance[b]! || a - b)
  }

  /** How many of the first groups of the order can go back to their clean values: the most that queries find. */
  async #sparable(rounded: Float32Array, order: Uint32Array, judge: Judge): Promise<number> {
    let [spared, needed] = [0, order.length]
    while (needed - spared > 1) {
      const step = Math.max(1, (needed - spared) / (fan + 1))
      const counts: number[] = []
      for (let j = 1; j <= fan && Math.round(spared + j * step) < needed; j++) {
        counts.push(Math.round(spared + j * step))
      }
      const adversarial = await judge(counts.map((count) => this.#without(rounded, order, count)))
      const last = adversarial.lastIndexOf(true)
      needed = counts[last + 1] ?? needed
      spared = last < 0 ? spared : counts[last]!
    }
    return spared
  }

  #without(rounded: Float32Array, order: Uint32Array, count: number): Float32Array {
    const image = rounded.slice()
    for (const group of order.subarray(0, count)) {
      for (let i = group; i < image.length; i += this.#groups) image[i] = this.#clean[i]!
    }
    return image
  }
}
