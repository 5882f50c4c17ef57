import { randomBytes } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { extname, join } from 'node:path'
import type { Uploaded } from '#contract/host'
import { wire } from '#contract/wire'
import { receiveFile, UploadFailure } from './receiveFile'
import { safeName } from './safeName'

export interface UploadLimits {
  /** Bytes of one file, and of all files of one upload. */
  readonly file: number
  readonly total: number
  readonly files: number
  /** Uploads that are not finished at one time. */
  readonly open: number
  /** How long a sender may be silent within a file, in ms. */
  readonly silence: number
}

export const uploadLimits: UploadLimits = {
  file: wire.fileLimit,
  total: 4 * wire.fileLimit,
  files: 100_000,
  open: 16,
  silence: 60_000,
}

interface Open {
  readonly folder: string
  /** Parts of each file's place, by its number. */
  readonly places: Map<number, readonly string[]>
  /** Places that are taken, in lower case: some file systems do not tell cases apart. */
  readonly taken: Set<string>
  bytes: number
}

/** Files on their way from a page: each upload in a folder of its own, which stays once the upload is finished. */
export class Uploads {
  readonly #root: string
  readonly #limits: UploadLimits
  readonly #open = new Map<string, Open>()

  /** @param root an absolute path; made when it is needed */
  constructor(root: string, limits: UploadLimits = uploadLimits) {
    this.#root = root
    this.#limits = limits
  }

  /** @returns the upload's id @throws UploadFailure */
  async start(): Promise<string> {
    const oldest = this.#open.keys().next().value
    // Pages that are closed in the middle finish nothing; the oldest makes room.
    if (this.#open.size >= this.#limits.open && oldest !== undefined) await this.abandon(oldest)
    const id = randomBytes(16).toString('hex')
    const folder = join(this.#root, id)
    await mkdir(folder, { recursive: true }).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error)
      throw new UploadFailure('storage', `No folder could be made for the upload: ${why}`)
    })
    this.#open.set(id, { folder, places: new Map(), taken: new Set(), bytes: 0 })
    return id
  }

  /** @param number the file's place in the list @param name its name, or its path in the chosen folder @throws UploadFailure */
  async receive(id: string, number: number, name: string, request: IncomingMessage): Promise<void> {
    const upload = this.#find(id)
    const { files, file, total, silence } = this.#limits
    if (upload.places.has(number)) throw new UploadFailure('invalid-argument', `File ${number} came before.`)
    if (upload.places.size >= files) throw new UploadFailure('too-large', `More than ${files} files at once.`)
    const place = freePlace(safeName(name), upload.taken)
    upload.places.set(number, place)
    try {
      const limit = Math.min(file, total - upload.bytes)
      upload.bytes += await receiveFile(request, join(upload.folder, ...place), { limit, silence })
    } catch (error) {
      upload.places.delete(number)
      throw error
    }
  }

  /** @throws UploadFailure */
  finish(id: string): Uploaded {
    const upload = this.#find(id)
    this.#open.delete(id)
    const places = [...upload.places].sort(([a], [b]) => a - b).map(([, place]) => place)
    const [top] = places[0] ?? []
    // A chosen folder arrives as one.
    const within = top !== undefined && places.every((place) => place.length > 1 && place[0] === top)
    return {
      folder: within ? join(upload.folder, top) : upload.folder,
      paths: places.map((place) => join(upload.folder, ...place)),
    }
  }

  async abandon(id: string): Promise<void> {
    const upload = this.#open.get(id)
    if (!upload) return
    this.#open.delete(id)
    await rm(upload.folder, { recursive: true, force: true, maxRetries: 3 })
  }

  /** Removes what was not finished. */
  async close(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((id) => this.abandon(id)))
  }

  #find(id: string): Open {
    const upload = this.#open.get(id)
    if (upload) return upload
    throw new UploadFailure('not-found', 'There is no such upload under way. Start it again.')
  }
}

/** The place itself, or one beside it: `a.png`, `a (2).png`. */
function freePlace(place: readonly string[], taken: Set<string>): readonly string[] {
  const name = place.at(-1)!
  const extension = extname(name)
  const stem = name.slice(0, name.length - extension.length)
  for (let count = 1; ; count++) {
    const last = count === 1 ? name : `${stem} (${count})${extension}`
    const free = [...place.slice(0, -1), last]
    const key = free.join('/').toLowerCase()
    if (taken.has(key)) continue
    taken.add(key)
    return free
  }
}
