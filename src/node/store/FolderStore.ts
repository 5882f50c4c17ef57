import { join, resolve } from 'node:path'
import type { ExperimentSummary } from '#contract/commands'
import { idSchema, type Experiment } from '#contract/experiment'
import { HalftoneError } from '#core/errors'
import { formatJson } from '#lab/formatJson'
import type {
  ExperimentFolder,
  ExperimentStore,
  ExperimentWriter,
  StoredFile,
} from '#lab/ports/ExperimentStore'
import { realFiles, type FileSystem } from './FileSystem'
import { FolderReader, readExperiment } from './FolderReader'
import { FolderWriter } from './FolderWriter'
import { readInside } from './readInside'
import { errnoOf, storageError } from './storageError'
import { idOfTrashed, moveToTrash } from './trash'

/** Experiments as folders in one folder: `experiments/<id>/experiment.json` and what the steps made beside it. */
export class FolderStore implements ExperimentStore {
  readonly root: string
  readonly #fs: FileSystem

  constructor(root: string, fs: FileSystem = realFiles) {
    this.root = resolve(root)
    this.#fs = fs
  }

  async list(): Promise<readonly ExperimentSummary[]> {
    const names = await this.#fs.readdir(this.root).catch((error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return []
      throw storageError(`look into ${this.root}`, error)
    })
    const summaries: ExperimentSummary[] = []
    for (const id of names.filter((name) => idSchema.safeParse(name).success)) {
      const summary = await this.#summarize(id)
      if (summary) summaries.push(summary)
    }
    return summaries.sort((a, b) => b.created.localeCompare(a.created) || a.id.localeCompare(b.id))
  }

  async #summarize(id: string): Promise<ExperimentSummary | undefined> {
    try {
      const { name, created, steps } = await readExperiment(this.#fs, join(this.root, id), id)
      return { id, name, created, steps, problem: null }
    } catch (error) {
      // A folder without an experiment.json is somebody else's.
      if (!(error instanceof HalftoneError) || error.code === 'not-found') return undefined
      return { id, name: id, created: '', steps: null, problem: error.message }
    }
  }

  /** The folder appears under its name with experiment.json already in it. */
  async create(experiment: Experiment): Promise<void> {
    const folder = this.#folderOf(experiment.id)
    const draft = join(this.root, `.new-${experiment.id}-${process.pid}`)
    try {
      if (await exists(this.#fs, folder)) throw taken(experiment.id, this.root)
      await this.#fs.mkdir(draft, { recursive: true })
      const file = await this.#fs.open(join(draft, 'experiment.json'), 'w')
      try {
        await file.writeFile(formatJson(experiment))
        await file.sync()
      } finally {
        await file.close()
      }
      // Onto a folder with something in it, a rename fails: of two at once, one wins.
      await this.#fs.rename(draft, folder)
    } catch (error) {
      await this.#fs.rm(draft, { recursive: true, force: true }).catch(() => undefined)
      if (['ENOTEMPTY', 'EEXIST'].includes(errnoOf(error) ?? '')) throw taken(experiment.id, this.root)
      throw storageError(`make the experiment ${folder}`, error)
    }
  }

  async open(id: string): Promise<ExperimentFolder> {
    const folder = this.#folderOf(id)
    return new FolderReader(this.#fs, folder, await readExperiment(this.#fs, folder, id))
  }

  async edit(id: string): Promise<ExperimentWriter> {
    const folder = this.#folderOf(id)
    // Before the lock, so that a folder that is no experiment gets none.
    await readExperiment(this.#fs, folder, id)
    return FolderWriter.open(this.#fs, folder, id)
  }

  file(id: string, path: string): Promise<StoredFile> {
    return readInside(this.#fs, this.#folderOf(id), path)
  }

  async trash(id: string): Promise<string> {
    const folder = this.#folderOf(id)
    await readExperiment(this.#fs, folder, id)
    return moveToTrash(this.#fs, { folder, trash: this.#trash, id })
  }

  async restore(trashed: string): Promise<Experiment> {
    const id = idOfTrashed(trashed)
    const folder = id === undefined ? undefined : join(this.#trash, trashed)
    if (id === undefined || !folder || !(await exists(this.#fs, folder))) {
      throw new HalftoneError(
        'not-found',
        `There is no experiment "${trashed}" in the trash (${this.#trash}). It may have been restored already.`,
      )
    }
    const experiment = await readExperiment(this.#fs, folder, id)
    const target = this.#folderOf(id)
    if (await exists(this.#fs, target)) throw taken(id, this.root)
    try {
      await this.#fs.rename(folder, target)
    } catch (error) {
      if (['ENOTEMPTY', 'EEXIST'].includes(errnoOf(error) ?? '')) throw taken(id, this.root)
      throw storageError(`bring ${folder} back to ${target}`, error)
    }
    return experiment
  }

  get #trash(): string {
    return join(this.root, '.halftone', 'trash')
  }

  #folderOf(id: string): string {
    if (!idSchema.safeParse(id).success) {
      throw new HalftoneError(
        'invalid-argument',
        `Expected the id of an experiment (the name of its folder in ${this.root}), got "${id}".`,
      )
    }
    return join(this.root, id)
  }
}

function taken(id: string, root: string): HalftoneError {
  return new HalftoneError(
    'conflict',
    `There is already an experiment "${id}" in ${root}. Choose another name, or put that one aside first.`,
  )
}

async function exists(fs: FileSystem, path: string): Promise<boolean> {
  return fs.access(path).then(
    () => true,
    () => false,
  )
}
