import { readdir, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { readSealed, sha256, writeSealed } from './sealed'
import { sameStamp, stampOf, stampSchema, stoodStillSince } from './stamp'

const schema = z.object({
  hash: z.string(),
  files: z.array(z.object({ path: z.string(), stamp: stampSchema })).min(1),
})

/** The hashes of model files that were read before: a file that has not changed since is not read again. */
export class FileHashes {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** @returns null for a file that is not known, or that changed, itself or one of those that hold its data */
  async recall(path: string): Promise<string | null> {
    const known = await readSealed(this.#noteOf(path), schema)
    if (!known) return null
    for (const file of known.files) {
      const stamp = await stampOf(file.path).catch(() => null)
      if (!stamp || !sameStamp(stamp, file.stamp)) return null
    }
    return known.hash
  }

  /**
   * Notes a hash down, unless the files changed so shortly before they were read that a change while they were read would
   * not show.
   * @param data the files that hold the model's data outside of it
   * @param since when reading began, in ms since 1970
   */
  async remember(path: string, data: readonly string[], hash: string, since: number): Promise<void> {
    try {
      const files = await Promise.all(
        [resolve(path), ...data].map(async (each) => ({ path: each, stamp: await stampOf(each) })),
      )
      if (files.every(({ stamp }) => stoodStillSince(stamp, since))) {
        await writeSealed(this.#noteOf(path), { hash, files })
      }
    } catch {
      // It will be read again.
    }
  }

  /** Forgets files that nobody asked for since a time, in ms since 1970. */
  async prune(since: number): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const path = join(this.#folder, name)
      const found = await stat(path).catch(() => null)
      if (found && found.mtimeMs < since) await rm(path, { force: true }).catch(() => undefined)
    }
  }

  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }

  #noteOf(path: string): string {
    return join(this.#folder, `${sha256(resolve(path)).slice(0, 32)}.json`)
  }
}
