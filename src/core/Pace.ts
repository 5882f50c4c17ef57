/** Less than this says nothing of the speed to come: a share of the whole, and a time in ms. */
const leastShare = 0.01
const leastTime = 1000

/**
 * How long work will take on, assuming that the rest goes as fast as what was done since it was first heard of. What an
 * earlier run had done before a stop counts as done, but took none of this one's time.
 */
export class Pace {
  readonly #now: () => number
  #from: { readonly at: number; readonly share: number } | undefined
  #last = 0

  /** @param now a clock in ms */
  constructor(now: () => number) {
    this.#now = now
  }

  /**
   * Takes in how far the work has come.
   * @returns the time left in ms; null while that would be a guess, and once all is done
   */
  reach(done: number, total: number): number | null {
    if (total <= 0) return null
    const now = this.#now()
    const share = Math.min(1, done / total)
    // Where the count begins again, so does another stage with a speed of its own.
    if (this.#from === undefined || share < this.#last) this.#from = { at: now, share }
    this.#last = share
    const [elapsed, gained] = [now - this.#from.at, share - this.#from.share]
    if (gained <= leastShare || elapsed < leastTime || share >= 1) return null
    return (elapsed * (1 - share)) / gained
  }
}
