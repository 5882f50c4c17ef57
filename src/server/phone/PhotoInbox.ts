import { randomBytes } from 'node:crypto'
import { rm, stat } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import type { CaptureReply } from '#contract/commands'
import type { PhonePhoto } from '#contract/phone'
import { HalftoneError } from '#core/errors'
import type { ReceivePhoto } from '#lab/ports/PhoneStation'
import { receiveFile, UploadFailure } from '../uploads/receiveFile'
import { safeName } from '../uploads/safeName'

export interface PhotoLimits {
  /** Bytes of one photo; one of 48 MP has 10 to 30 MB. */
  readonly photo: number
  /** Photos of one session. */
  readonly photos: number
  /** How long a phone may be silent within a photo, in ms. */
  readonly silence: number
}

export const photoLimits: PhotoLimits = { photo: 120 * 1024 * 1024, photos: 1000, silence: 30_000 }

/** A photo as the phone's page is told of it. */
export interface InboxPhoto extends PhonePhoto {
  readonly id: string
  /** Bytes that are here, so that a phone goes on where a lost connection stopped. */
  readonly received: number
}

interface Entry {
  photo: InboxPhoto
  readonly path: string
  /** The request that brings it now. */
  bringing: { stop(): void; readonly ended: Promise<unknown> } | null
}

/** The photos of one phone, from their first byte to what came of them. */
export class PhotoInbox {
  readonly #folder: string
  readonly #receive: ReceivePhoto
  readonly #changed: () => void
  readonly #limits: PhotoLimits
  readonly #entries = new Map<string, Entry>()
  #captured: Pick<CaptureReply, 'captured' | 'sheets'> | null = null

  /** @param root an absolute path; photos lie in a folder of it until the lab has read them */
  constructor(root: string, receive: ReceivePhoto, changed: () => void, limits: PhotoLimits = photoLimits) {
    this.#folder = join(root, `phone-${randomBytes(8).toString('hex')}`)
    this.#receive = receive
    this.#changed = changed
    this.#limits = limits
  }

  /** Newest first. */
  get photos(): readonly InboxPhoto[] {
    return [...this.#entries.values()].map(({ photo }) => photo).reverse()
  }

  /** Sheets captured of all sheets, as the lab said last; null before the first photo is read. */
  get captured(): Pick<CaptureReply, 'captured' | 'sheets'> | null {
    return this.#captured
  }

  /**
   * Takes a photo, or what of it is still missing.
   * @param id chosen by the phone: however often it sends a photo, it counts once
   * @param from the byte that the body begins at; what lies after it is taken anew
   * @param size of the whole photo
   * @throws UploadFailure
   */
  async take(
    id: string,
    name: string,
    from: number,
    size: number,
    request: IncomingMessage,
  ): Promise<InboxPhoto> {
    const entry = this.#entries.get(id) ?? this.#enter(id, name, size)
    // A phone that comes again has lost the connection, even where nobody noticed here.
    entry.bringing?.stop()
    await entry.bringing?.ended
    if (entry.photo.state !== 'arriving') return entry.photo
    if (from !== 0 && from !== entry.photo.received) {
      const { received } = entry.photo
      throw new UploadFailure(
        'invalid-argument',
        `Expected the photo from byte ${received} on, got byte ${from}.`,
      )
    }
    const bringing = this.#bring(entry, from, size, request)
    entry.bringing = { stop: () => request.destroy(), ended: bringing.catch(() => undefined) }
    try {
      await bringing
    } finally {
      entry.bringing = null
    }
    void this.#read(entry)
    return entry.photo
  }

  async close(): Promise<void> {
    const done = [...this.#entries.values()].every(({ photo }) => photo.state !== 'reading')
    // A photo that is being read stays for the job that reads it.
    if (done) await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 })
  }

  async #bring(entry: Entry, from: number, size: number, request: IncomingMessage): Promise<void> {
    const onBytes = (bytes: number): void => {
      this.#update(entry, { received: bytes, arrived: Math.min(1, bytes / size) })
    }
    try {
      const options = { limit: size, silence: this.#limits.silence, from, onBytes }
      const arrived = await receiveFile(request, entry.path, options)
      if (arrived !== size) throw new UploadFailure('broken', `Expected ${size} bytes, got ${arrived}.`)
    } catch (error) {
      const part = await stat(`${entry.path}.part`).catch(() => ({ size: 0 }))
      onBytes(part.size)
      throw error
    }
  }

  #enter(id: string, name: string, size: number): Entry {
    const { photo, photos } = this.#limits
    if (size > photo) {
      throw new UploadFailure(
        'too-large',
        `Expected a photo of at most ${photo / 1024 / 1024} MB, got ${Math.ceil(size / 1024 / 1024)} MB.`,
      )
    }
    if (size === 0) throw new UploadFailure('invalid-argument', 'The photo is empty.')
    if (this.#entries.size >= photos) {
      throw new UploadFailure(
        'too-large',
        `Expected at most ${photos} photos. Allow a phone again in the lab for more.`,
      )
    }
    const plain = safeName(name).at(-1)!
    const entry: Entry = {
      path: join(this.#folder, id, plain),
      bringing: null,
      photo: { id, name: plain, state: 'arriving', arrived: 0, received: 0, sheets: [], reason: null },
    }
    this.#entries.set(id, entry)
    this.#changed()
    return entry
  }

  async #read(entry: Entry): Promise<void> {
    this.#update(entry, { state: 'reading', arrived: 1 })
    try {
      const reply = await this.#receive(entry.path, entry.photo.name)
      this.#captured = { captured: reply.captured, sheets: reply.sheets }
      const sheets = reply.photos.flatMap((photo) => photo.sheets)
      const reason = reply.photos.find((photo) => photo.reason !== null)?.reason ?? null
      this.#update(entry, { state: sheets.length > 0 ? 'read' : 'refused', sheets, reason })
      // The lab has its own copy, of what it refused too.
      await rm(entry.path, { force: true })
    } catch (error) {
      const reason =
        error instanceof HalftoneError ? error.message : 'The lab could not read it; its window says more.'
      this.#update(entry, { state: 'refused', reason })
    }
  }

  #update(entry: Entry, change: Partial<InboxPhoto>): void {
    entry.photo = { ...entry.photo, ...change }
    this.#changed()
  }
}
