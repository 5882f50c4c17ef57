import { readdir, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { CacheEntry, entryFile, entrySchema, type Space } from './CacheEntry'
import { FileHashes } from './FileHashes'
import { readSealed, sha256, unfinished } from './sealed'
import { thisMachine, type Builder } from './thisMachine'

/** Counts up when graphs are built or kept in another way. */
const format = 1

export interface CacheLimits {
  /** Bytes of all entries together. */
  readonly bytes: number
  /** How long an entry stays unused, in ms. */
  readonly unused: number
  /** Bytes of the disk that are left to others. */
  readonly spare: number
}

const day = 24 * 60 * 60 * 1000
const defaultLimits: CacheLimits = { bytes: 8e9, unused: 30 * day, spare: 1e9 }

/** A kept model, for people. */
export interface CachedModel {
  readonly folder: string
  readonly model: string
  readonly bytes: number
  /** When it was last opened, in ms since 1970. */
  readonly used: number
}

/**
 * Graphs that were built and optimised for this machine, so that a model's next start need not do it again. A folder of
 * entries, each for one model with one profile and one set of class names, made by one version of Halftone and of ONNX
 * Runtime on one kind of machine. Everything in it can be built again, so it may be removed at any time.
 */
export class GraphCache implements Space {
  readonly folder: string
  readonly hashes: FileHashes
  readonly #limits: CacheLimits
  readonly #builder: Builder

  constructor(folder: string, limits: Partial<CacheLimits> = {}, builder: Builder = thisMachine()) {
    this.folder = folder
    this.hashes = new FileHashes(join(folder, 'files'))
    this.#limits = { ...defaultLimits, ...limits }
    this.#builder = builder
  }

  /**
   * @param key tells models apart, with all that is said of them
   * @param model its name, for people
   */
  entry(key: string, model: string): CacheEntry {
    const { halftone, onnxruntime, system, cpu } = this.#builder
    const whole = JSON.stringify([format, halftone, onnxruntime, system, cpu, key])
    return new CacheEntry(join(this.#graphs, sha256(whole).slice(0, 32)), model, this)
  }

  async hasRoomFor(bytes: number): Promise<boolean> {
    if (bytes > this.#limits.bytes) return false
    try {
      const { bavail, bsize } = await statfs(await nearest(this.folder))
      return bavail * bsize > bytes + this.#limits.spare
    } catch {
      return false
    }
  }

  /** What is kept, last used first. */
  async list(): Promise<readonly CachedModel[]> {
    const models: CachedModel[] = []
    for (const name of await readdir(this.#graphs).catch(() => [])) {
      const folder = join(this.#graphs, name)
      const files = await filesOf(folder)
      const entry = await readSealed(join(folder, entryFile), entrySchema)
      const used = files.find((file) => file.name === entryFile) ?? files[0]
      models.push({
        folder,
        model: entry?.model ?? '?',
        bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
        used: used?.modified ?? 0,
      })
    }
    return models.sort((one, other) => other.used - one.used)
  }

  /** Removes what was not used for long, what is over the limit, least recently used first, and what was left half written. */
  async prune(now = Date.now()): Promise<void> {
    let total = 0
    for (const { folder, bytes, used } of await this.list()) {
      total += bytes
      if (total > this.#limits.bytes || used < now - this.#limits.unused) await remove(folder)
      else await removeLeftovers(folder, now)
    }
    await this.hashes.prune(now - this.#limits.unused)
  }

  /** Removes everything that is kept, and nothing else that the folder may hold. */
  async clear(): Promise<void> {
    await rm(this.#graphs, { recursive: true, force: true })
    await this.hashes.clear()
  }

  get #graphs(): string {
    return join(this.folder, 'graphs')
  }
}

interface File {
  readonly name: string
  readonly bytes: number
  readonly modified: number
}

async function filesOf(folder: string): Promise<readonly File[]> {
  const files: File[] = []
  for (const name of await readdir(folder).catch(() => [])) {
    const found = await stat(join(folder, name)).catch(() => null)
    if (found) files.push({ name, bytes: found.size, modified: found.mtimeMs })
  }
  return files
}

/** A system that does not let go of a file in use keeps it until the next time. */
const remove = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true }).catch(() => undefined)

/** Files of processes that ended while they wrote: nobody writes for a day. */
async function removeLeftovers(folder: string, now: number): Promise<void> {
  for (const { name, modified } of await filesOf(folder)) {
    if (name.includes(unfinished) && modified < now - day) await remove(join(folder, name))
  }
}

/** The first of a folder and those above it that is there. */
async function nearest(folder: string): Promise<string> {
  const there = await stat(folder).catch(() => null)
  return there ? folder : await nearest(join(folder, '..'))
}
