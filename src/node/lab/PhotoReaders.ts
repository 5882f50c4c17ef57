import { createHash } from 'node:crypto'
import type { SheetGeometry } from '#core/sheet/SheetGeometry'
import type { OpenPhotoReader } from '#lab/ports/Photos'
import { CapturePool } from '../capture/CapturePool'

/** How long workers that nobody uses stay, in ms: starting one takes a second, each holds some hundred megabytes. */
const idleTime = 120_000

type Pool = Pick<CapturePool, 'photo' | 'close'>

interface Kept {
  readonly key: string
  readonly pool: Pool
  users: number
}

/**
 * Reads photos on worker threads. The workers of the sheets that were read last stay for a while, so that a single photo
 * from a camera or a phone is read at once. For other sheets they make room.
 */
export class PhotoReaders implements AsyncDisposable {
  readonly #idleTime: number
  readonly #createPool: (sheets: readonly SheetGeometry[]) => Pool
  #kept: Kept | undefined
  #timer: NodeJS.Timeout | undefined
  readonly #others = new Set<Kept>()

  constructor({
    idle = idleTime,
    createPool = (sheets: readonly SheetGeometry[]): Pool => new CapturePool(sheets),
  } = {}) {
    this.#idleTime = idle
    this.#createPool = createPool
  }

  readonly open: OpenPhotoReader = async (sheets) => {
    const key = keyOf(sheets)
    if (this.#kept?.key !== key) await this.#replace({ key, pool: this.#createPool(sheets), users: 0 })
    const kept = this.#kept!
    kept.users++
    clearTimeout(this.#timer)
    let open = true
    return {
      read: (photo, _signal, corners) => kept.pool.photo(photo, corners ? { corners } : {}),
      [Symbol.asyncDispose]: async () => {
        if (!open) return
        open = false
        await this.#leave(kept)
      },
    }
  }

  /** Ends all workers; photos that are being read are given up. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer)
    const all = [...this.#others, ...(this.#kept ? [this.#kept] : [])]
    this.#kept = undefined
    this.#others.clear()
    await Promise.all(all.map(({ pool }) => pool.close()))
  }

  async #replace(next: Kept): Promise<void> {
    const before = this.#kept
    this.#kept = next
    if (!before) return
    if (before.users > 0) this.#others.add(before)
    else await before.pool.close()
  }

  async #leave(kept: Kept): Promise<void> {
    kept.users--
    if (kept.users > 0) return
    if (this.#others.delete(kept)) return kept.pool.close()
    if (this.#kept !== kept) return
    this.#timer = setTimeout(() => {
      if (this.#kept !== kept || kept.users > 0) return
      this.#kept = undefined
      void kept.pool.close()
    }, this.#idleTime)
    // Idle workers do not keep the program alive.
    this.#timer.unref()
  }
}

function keyOf(sheets: readonly SheetGeometry[]): string {
  return createHash('sha256').update(JSON.stringify(sheets)).digest('hex')
}
