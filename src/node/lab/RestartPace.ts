/** A process that has run this long was not lost at its start, in ms. */
const steady = 30_000
/** The longest pause before a restart, in ms. */
const longest = 10_000

/** How long to wait before a process that was lost is started again: not at all once, longer the more often it is lost. */
export class RestartPace {
  #losses = 0
  #startedAt = 0

  /** @param now of a clock in ms */
  started(now: number): void {
    this.#startedAt = now
  }

  /** Tells of a loss. @returns the pause in ms */
  pause(now: number): number {
    if (now - this.#startedAt > steady) this.#losses = 0
    const pause = this.#losses === 0 ? 0 : Math.min(longest, 250 * 2 ** this.#losses)
    this.#losses++
    return pause
  }
}
