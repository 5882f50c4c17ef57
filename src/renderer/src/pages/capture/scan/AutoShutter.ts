import type { Aim } from './SheetWatch'

/** How a sheet stands in the checklist, as far as the shutter asks. */
export type Standing = 'wanted' | 'captured' | 'reading' | 'unknown'

/** Between two photos that are taken by themselves, in ms. */
const pause = 900
/** After a refused photo the same sheet is tried again when it has moved, or after so many ms. */
const patience = 4000
/** After so many refusals in a row the person is asked instead. */
const most = 3

/** Decides when to take a photo without being asked: of a good picture of a sheet that is still wanted. */
export class AutoShutter {
  #lastShot = -Infinity
  readonly #tries = new Map<number, { refused: number; at: number; moved: boolean }>()

  /** @returns whether to take the photo now */
  decide(aim: Aim, standing: Standing, now: number): boolean {
    if (aim.kind !== 'sheet') {
      for (const entry of this.#tries.values()) entry.moved = true
      return false
    }
    const before = this.#tries.get(aim.sheet)
    const { complete, large, steady, sharp } = aim.checks
    if (before && !steady) before.moved = true
    if (standing !== 'wanted' || now - this.#lastShot < pause) return false
    if (!(complete && large && steady && sharp)) return false
    if (before && before.refused >= most) return false
    if (before && before.refused > 0 && !before.moved && now - before.at < patience) return false
    this.#lastShot = now
    return true
  }

  /** Notes a photo that was taken by hand too. */
  shot(now: number): void {
    this.#lastShot = now
  }

  refused(sheet: number, now: number): void {
    const refused = (this.#tries.get(sheet)?.refused ?? 0) + 1
    this.#tries.set(sheet, { refused, at: now, moved: false })
  }

  /** The sheet was read, or is wanted anew. */
  forget(sheet: number): void {
    this.#tries.delete(sheet)
  }

  /** Whether it has stopped trying a sheet by itself. */
  hasGivenUp(sheet: number): boolean {
    return (this.#tries.get(sheet)?.refused ?? 0) >= most
  }
}
