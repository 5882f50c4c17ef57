import type { Spent } from './notes'

/** Wall and processor time, over all the sittings of a run. */
export class Clock {
  readonly #wall = performance.now()
  readonly #cpu = process.cpuUsage()
  #before: Spent = { seconds: 0, cpuSeconds: 0 }

  /** Counts what earlier sittings took. */
  add(before: Spent | undefined): void {
    if (before) this.#before = before
  }

  get spent(): Spent {
    const { user, system } = process.cpuUsage(this.#cpu)
    return {
      seconds: this.#before.seconds + (performance.now() - this.#wall) / 1000,
      cpuSeconds: this.#before.cpuSeconds + (user + system) / 1e6,
    }
  }
}
