/**
 * Something that takes long to make and much memory to keep: made when it is first asked for. Once let go it is left to the
 * garbage collector; as long as that has not come by, it is still there for who asks.
 */
export class Kept<T extends object> {
  readonly #make: () => Promise<T>
  #held: Promise<T> | undefined
  #left: WeakRef<T> | undefined

  constructor(make: () => Promise<T>) {
    this.#make = make
  }

  /** @throws what making it throws; it is then made anew the next time */
  async get(): Promise<T> {
    const held = (this.#held ??= this.#leftOrMade())
    try {
      return await held
    } catch (error) {
      if (this.#held === held) this.#held = undefined
      throw error
    }
  }

  async letGo(): Promise<void> {
    const held = await this.#held
    if (held) this.#left = new WeakRef(held)
    this.#held = undefined
  }

  #leftOrMade(): Promise<T> {
    const left = this.#left?.deref()
    return left ? Promise.resolve(left) : this.#make()
  }
}
