import { join } from 'node:path'
import type { Experiment } from '#contract/experiment'
import { formatJson } from '#lab/formatJson'
import type { ExperimentWriter } from '#lab/ports/ExperimentStore'
import { atomicWrite } from './atomicWrite'
import type { FileSystem } from './FileSystem'
import { FolderReader, readExperiment } from './FolderReader'
import { takeLock } from './lock'
import { storageError } from './storageError'

/** Files on their way live here; a kill leaves them behind, and the next writer sweeps them out. */
const scratchName = '.unfinished'

export class FolderWriter extends FolderReader implements ExperimentWriter {
  readonly #unlock: () => Promise<void>
  #current: Experiment
  #writes = 0
  #lastUpdate: Promise<unknown> = Promise.resolve()

  private constructor(fs: FileSystem, folder: string, experiment: Experiment, unlock: () => Promise<void>) {
    super(fs, folder, experiment)
    this.#current = experiment
    this.#unlock = unlock
  }

  /** Takes the lock, sweeps out what a killed writer left, and reads experiment.json. */
  static async open(fs: FileSystem, folder: string, id: string): Promise<FolderWriter> {
    let unlock: () => Promise<void>
    try {
      unlock = await takeLock(fs, join(folder, '.lock'), `The experiment "${id}"`)
    } catch (error) {
      throw storageError(`write to ${folder}`, error)
    }
    try {
      const scratch = join(folder, scratchName)
      await fs.rm(scratch, { recursive: true, force: true })
      await fs.mkdir(scratch)
      return new FolderWriter(fs, folder, await readExperiment(fs, folder, id), unlock)
    } catch (error) {
      await unlock().catch(() => undefined)
      throw storageError(`write to ${folder}`, error)
    }
  }

  override get experiment(): Experiment {
    return this.#current
  }

  async write(path: string, content: Uint8Array | string): Promise<void> {
    const target = this.location(path)
    const scratch = join(this.folder, scratchName)
    try {
      await atomicWrite(this.fs, target, content, scratch, String(this.#writes++))
    } catch (error) {
      throw storageError(`write ${target}`, error)
    }
  }

  async remove(path: string): Promise<void> {
    const target = this.location(path)
    try {
      await this.fs.rm(target, { recursive: true, force: true })
    } catch (error) {
      throw storageError(`remove ${target}`, error)
    }
  }

  /** One after the other: each change is made to what the one before it wrote. */
  update(change: (experiment: Experiment) => Experiment): Promise<Experiment> {
    const updated = this.#lastUpdate.then(async () => {
      const changed = change(this.#current)
      await this.write('experiment.json', formatJson(changed))
      this.#current = changed
      return changed
    })
    this.#lastUpdate = updated.catch(() => undefined)
    return updated
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.fs.rm(join(this.folder, scratchName), { recursive: true, force: true }).catch(() => undefined)
    await this.#unlock()
  }
}
