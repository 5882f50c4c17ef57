import { readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { z } from 'zod'
import { HalftoneError } from '#core/errors'
import { formatJson } from '#lab/formatJson'
import { atomicWrite } from './atomicWrite'
import { realFiles } from './FileSystem'
import { awaitLock } from './lock'
import { errnoOf, storageError } from './storageError'

/**
 * A small JSON file that several programs read and change. A reader sees it as it was before a change or after; changes
 * are made one after the other, each to what the one before it wrote. The file and its folder appear with the first change.
 */
export class SharedJson<S extends z.ZodType> {
  readonly path: string
  readonly #schema: S
  readonly #empty: z.output<S>
  #last: Promise<unknown> = Promise.resolve()

  /** @param empty what stands for a file that is not there */
  constructor(path: string, schema: S, empty: z.output<S>) {
    this.path = path
    this.#schema = schema
    this.#empty = empty
  }

  /** @throws HalftoneError `unreadable-file` when it is damaged, `storage` */
  async read(): Promise<z.output<S>> {
    let text: string
    try {
      text = await readFile(this.path, 'utf8')
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return this.#empty
      throw storageError(`read ${this.path}`, error)
    }
    try {
      return this.#schema.parse(JSON.parse(text))
    } catch (cause) {
      const reason =
        cause instanceof z.ZodError ? z.prettifyError(cause).replaceAll('\n', ' ') : String(cause)
      throw new HalftoneError(
        'unreadable-file',
        `${this.path} is damaged or was changed by hand: ${reason}. Mend it, or remove it to start anew.`,
        { cause },
      )
    }
  }

  /**
   * @param change is given what stands there now, and returns what is to stand there; the same object writes nothing
   * @throws HalftoneError `unreadable-file`, `storage`
   */
  change(change: (value: z.output<S>) => z.output<S>): Promise<z.output<S>> {
    // Changes of this program wait here, so that only those of others have to be polled for.
    const changed = this.#last.then(() => this.#changeLocked(change))
    this.#last = changed.catch(() => undefined)
    return changed
  }

  async #changeLocked(change: (value: z.output<S>) => z.output<S>): Promise<z.output<S>> {
    const folder = dirname(this.path)
    let unlock: () => Promise<void>
    try {
      await realFiles.mkdir(folder, { recursive: true })
      unlock = await awaitLock(realFiles, `${this.path}.lock`, this.path)
    } catch (error) {
      throw storageError(`write ${this.path}`, error)
    }
    try {
      const before = await this.read()
      const after = change(before)
      if (after === before) return before
      try {
        // The lock keeps this name for one writer at a time; a kill leaves it, and the next write takes it again.
        await atomicWrite(realFiles, this.path, formatJson(after), folder, `.${basename(this.path)}.new`)
      } catch (error) {
        throw storageError(`write ${this.path}`, error)
      }
      return after
    } finally {
      await unlock()
    }
  }
}
