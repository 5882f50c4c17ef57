import type { Events } from '#contract/events'
import type { LabEvent } from './protocol'

type Listener = (value: never) => void

/** Who wants to hear of which event of the lab. */
export class Listeners {
  readonly #listeners = new Map<keyof Events, Set<Listener>>()

  /** Returns the function that ends the listening. */
  add<K extends keyof Events>(name: K, listener: (event: Events[K]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners.add(listener))
    return () => {
      listeners.delete(listener)
    }
  }

  tell({ name, value }: LabEvent): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(value as never)
  }
}
