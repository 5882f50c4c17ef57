import { isAbsolute, join, normalize, sep } from 'node:path'
import type { Experiment } from '#contract/experiment'
import { HalftoneError } from '#core/errors'
import type { ExperimentFolder } from '#lab/ports/ExperimentStore'
import type { FileSystem } from './FileSystem'
import { migrate } from './migrate'
import { errnoOf, storageError } from './storageError'

/** @throws HalftoneError `not-found`, `newer-schema`, `unreadable-file`, `storage` */
export async function readExperiment(fs: FileSystem, folder: string, id: string): Promise<Experiment> {
  const path = join(folder, 'experiment.json')
  let text: string
  try {
    text = await fs.readFile(path, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') {
      throw new HalftoneError(
        'not-found',
        `There is no experiment "${id}": expected ${path}. List the experiments with \`halftone list\`.`,
        { cause: error },
      )
    }
    throw storageError(`read ${path}`, error)
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new HalftoneError('unreadable-file', `${path} is not JSON: it was damaged since it was written.`, {
      cause: error,
    })
  }
  const experiment = migrate(json, path)
  // A folder that was renamed goes by its new name.
  return experiment.id === id ? experiment : { ...experiment, id }
}

export class FolderReader implements ExperimentFolder {
  readonly #experiment: Experiment
  protected readonly fs: FileSystem
  protected readonly folder: string

  constructor(fs: FileSystem, folder: string, experiment: Experiment) {
    this.fs = fs
    this.folder = folder
    this.#experiment = experiment
  }

  get experiment(): Experiment {
    return this.#experiment
  }

  /** @throws HalftoneError `invalid-argument` for a path that leaves the experiment's folder */
  location(path: string): string {
    const inside = normalize(path)
    if (isAbsolute(inside) || inside === '..' || inside.startsWith(`..${sep}`) || path.includes('\0')) {
      throw new HalftoneError(
        'invalid-argument',
        `Expected a path inside the experiment's folder, got "${path}".`,
      )
    }
    return join(this.folder, inside)
  }

  async read(path: string): Promise<Uint8Array> {
    const file = this.location(path)
    try {
      return await this.fs.readFile(file)
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') {
        throw new HalftoneError('not-found', `Expected ${file}, found no such file.`, { cause: error })
      }
      throw storageError(`read ${file}`, error)
    }
  }

  async readText(path: string): Promise<string> {
    return new TextDecoder().decode(await this.read(path))
  }

  async has(path: string): Promise<boolean> {
    return this.fs.access(this.location(path)).then(
      () => true,
      () => false,
    )
  }

  async list(path: string): Promise<readonly string[]> {
    try {
      const names = await this.fs.readdir(this.location(path))
      return names.filter((name) => !name.startsWith('.')).sort()
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return []
      throw storageError(`look into ${this.location(path)}`, error)
    }
  }
}
