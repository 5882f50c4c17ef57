import { Workroom } from '#core/simd/Workroom'

/** The memory that an attack has left, for the next run of the same: runs with other settings or images often follow each other. */
export class SpareWorkroom {
  #spare: { readonly of: string; readonly workroom: Workroom } | undefined

  /** What the last run of this left, or new memory. What another left is let go. */
  take(of: string): Workroom {
    const workroom = this.#spare?.of === of ? this.#spare.workroom : new Workroom()
    this.drop()
    return workroom
  }

  /** Takes memory back from a run that has ended. */
  giveBack(of: string, workroom: Workroom): void {
    this.#spare = { of, workroom }
  }

  drop(): void {
    this.#spare = undefined
  }
}
