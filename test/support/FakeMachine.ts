import type { Machine } from '../../tools/bench/peers/Machine'

/** Two processors whose clocks move when a test says so. */
export class FakeMachine implements Machine {
  readonly processors = 2
  readonly pauses: number[] = []
  #now = 1000
  #busy = 5000
  #own = 200

  now = (): number => this.#now
  busy = (): number => this.#busy
  own = (): number => this.#own

  pause(ms: number): Promise<void> {
    this.pauses.push(ms)
    this.#now += ms
    return Promise.resolve()
  }

  /** Time passes in which this process, and others, work for so many ms. */
  pass(ms: number, work: { readonly own?: number; readonly others?: number } = {}): void {
    const { own = 0, others = 0 } = work
    this.#now += ms
    this.#own += own
    this.#busy += own + others
  }
}
