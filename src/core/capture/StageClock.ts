import type { StageTimes } from './types'

/** Adds up the time between marks under the name of each mark. */
export class StageClock {
  readonly #now: (() => number) | undefined
  readonly #spent = new Map<string, number>()
  #last: number

  constructor(now: (() => number) | undefined) {
    this.#now = now
    this.#last = now?.() ?? 0
  }

  mark(stage: string): void {
    if (!this.#now) return
    const time = this.#now()
    this.#spent.set(stage, (this.#spent.get(stage) ?? 0) + time - this.#last)
    this.#last = time
  }

  times(): StageTimes {
    return Object.fromEntries(this.#spent)
  }
}
