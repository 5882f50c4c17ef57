import type { AbortEvents } from './ports/Engine'

/** Cancels long work: hand out `signal`, call `abort`. */
export class CancelSource {
  #aborted = false
  readonly #listeners = new Set<() => void>()
  readonly signal: AbortEvents

  constructor() {
    const isAborted = (): boolean => this.#aborted
    this.signal = {
      get aborted() {
        return isAborted()
      },
      addEventListener: (_, listener) => {
        this.#listeners.add(listener)
      },
      removeEventListener: (_, listener) => {
        this.#listeners.delete(listener)
      },
    }
  }

  /** Does nothing the second time. */
  abort(): void {
    if (this.#aborted) return
    this.#aborted = true
    for (const listener of [...this.#listeners]) listener()
    this.#listeners.clear()
  }
}
