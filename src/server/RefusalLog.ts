/** Lines in a row before they are only counted. */
const burst = 20
/** How long they are counted, in ms. */
const window = 10_000

/**
 * Tells of what was refused, a line each. Whoever knocks a thousand times is told of once: past some lines in a few
 * seconds the rest is counted and told in one.
 */
export class RefusalLog {
  readonly #write: (line: string) => void
  readonly #now: () => number
  #since = Number.NEGATIVE_INFINITY
  #lines = 0

  /** @param now of a clock in ms */
  constructor(write: (line: string) => void, now: () => number) {
    this.#write = write
    this.#now = now
  }

  /** @param who address of the other side @param what the request's or the message's outer form @param why in words */
  refused(who: string | undefined, what: string, why: string): void {
    const now = this.#now()
    if (now - this.#since > window) {
      this.flush()
      this.#since = now
    }
    if (++this.#lines <= burst)
      this.#write(`refused: ${plain(what)} from ${who ?? 'somewhere'}: ${plain(why)}`)
  }

  /** Tells of those that were only counted. */
  flush(): void {
    const more = this.#lines - burst
    this.#lines = 0
    if (more > 0) this.#write(`refused: ${more} more of the kind`)
  }
}

/** What came from outside, fit for a terminal: on one line, with no control characters, not long. */
function plain(text: string): string {
  const visible = text.replace(/[^\x20-\x7e]+/g, '?')
  return visible.length > 120 ? `${visible.slice(0, 117)}...` : visible
}
