import type { Input, Output } from '#contract/commands'
import { HostError, type ChosenFile, type Host } from '#contract/host'

export type Corners = NonNullable<Input<'import'>['corners']>[string]

/** One photo on its way from this page into the experiment. */
export interface TakenPhoto {
  readonly id: number
  readonly name: string
  readonly source: 'camera' | 'files'
  /** The sheet that it is meant to show, from 1; null where nobody knows before it is read. */
  readonly sheet: number | null
  readonly state: 'waiting' | 'sending' | 'reading' | 'read' | 'refused' | 'failed'
  /** Share of its bytes that are over, 0..1. */
  readonly sent: number
  /** Sheets that were read in it. */
  readonly sheets: readonly number[]
  /** What was wrong with it, or with one of its sheets. */
  readonly reason: string | null
}

interface Waiting {
  readonly id: number
  readonly file: ChosenFile
}

/** So many files are read by one job: the first alone, so that something is seen soon. */
const together = 4
/** Names of jobs must differ between two windows on one experiment too. */
const nonce = (): string => Math.random().toString(36).slice(2, 8)

/**
 * Brings photos to the lab and has them read, in order, those of the camera first: while some are read the next are
 * already sent.
 */
export class PhotoIntake {
  #photos = $state.raw<readonly TakenPhoto[]>([])
  readonly #host: Host
  readonly #experiment: string
  readonly #onDone: (photo: TakenPhoto) => void
  readonly #waiting: Waiting[] = []
  readonly #window = nonce()
  #next = 1
  #busy = false

  constructor(host: Host, experiment: string, onDone: (photo: TakenPhoto) => void = () => undefined) {
    this.#host = host
    this.#experiment = experiment
    this.#onDone = onDone
  }

  /** What was added last first; files that were added together in their order. */
  get photos(): readonly TakenPhoto[] {
    return this.#photos
  }

  readonly underWay: readonly TakenPhoto[] = $derived.by(() =>
    this.#photos.filter(({ state }) => state === 'waiting' || state === 'sending' || state === 'reading'),
  )

  /** Whether a photo that shows the sheet is on its way. */
  isReading(sheet: number): boolean {
    return this.underWay.some((photo) => photo.sheet === sheet)
  }

  /** The last photo of a sheet that was meant. */
  lastOf(sheet: number): TakenPhoto | undefined {
    return this.#photos.find((photo) => photo.sheet === sheet)
  }

  add(files: readonly ChosenFile[], source: TakenPhoto['source'], sheet: number | null = null): void {
    const entries = files.map((file): Waiting & { photo: TakenPhoto } => {
      const id = this.#next++
      const photo: TakenPhoto = {
        id,
        name: file.webkitRelativePath || file.name,
        source,
        sheet,
        state: 'waiting',
        sent: 0,
        sheets: [],
        reason: null,
      }
      return { id, file, photo }
    })
    this.#photos = [...entries.map(({ photo }) => photo), ...this.#photos]
    const waiting = entries.map(({ id, file }) => ({ id, file }))
    if (source === 'camera') this.#waiting.unshift(...waiting)
    else this.#waiting.push(...waiting)
    void this.#pump()
  }

  /**
   * Reads a photo that is in the experiment once more, with its corners given.
   * @param file of the refused photo, from the experiment's folder
   * @returns the sheets that were read, and what was wrong
   * @throws HostError as `import` fails
   */
  async readWithCorners(
    file: string,
    corners: Corners,
  ): Promise<{ readonly sheets: readonly number[]; readonly reason: string | null }> {
    const { photos } = await this.#import([file], { [file]: corners })
    return photos[0] ?? { sheets: [], reason: 'The lab gave no answer for this photo.' }
  }

  async #pump(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    try {
      let reading: Promise<void> = Promise.resolve()
      let first = true
      while (this.#waiting.length > 0) {
        const batch = this.#waiting.splice(0, first ? 1 : together)
        first = false
        const paths = await this.#send(batch)
        // One batch is read while the next is sent, never more: uploads must not run ahead of the disk.
        await reading
        reading = paths ? this.#read(batch, paths) : Promise.resolve()
        if (this.#waiting.length === 0) await reading
      }
    } finally {
      this.#busy = false
    }
  }

  async #send(batch: readonly Waiting[]): Promise<readonly string[] | null> {
    const ids = batch.map(({ id }) => id)
    this.#set(ids, { state: 'sending' })
    try {
      const { paths } = await this.#host.upload(
        batch.map(({ file }) => file),
        { onProgress: (sent) => this.#set(ids, { sent }) },
      )
      this.#set(ids, { state: 'reading', sent: 1 })
      return paths
    } catch (error) {
      this.#end(ids, { state: 'failed', reason: wordsOf(error) })
      return null
    }
  }

  async #read(batch: readonly Waiting[], paths: readonly string[]): Promise<void> {
    try {
      const { photos } = await this.#import(paths)
      for (const [i, { id }] of batch.entries()) {
        const result = photos.find(({ file }) => file === paths[i])
        this.#end(
          [id],
          result
            ? { ...result, state: result.sheets.length > 0 ? 'read' : 'refused' }
            : { state: 'failed', reason: 'The lab found no photo in this file. Expected JPEG, PNG or HEIC.' },
        )
      }
    } catch (error) {
      this.#end(
        batch.map(({ id }) => id),
        { state: 'failed', reason: wordsOf(error) },
      )
    }
  }

  async #import(paths: readonly string[], corners?: Record<string, Corners>): Promise<Output<'import'>> {
    const job = `import/${this.#experiment}/${this.#window}-${this.#next++}`
    try {
      return await this.#host.send('import', {
        experiment: this.#experiment,
        job,
        paths: [...paths],
        ...(corners ? { corners } : {}),
      })
    } catch (error) {
      // What went wrong is told with the photo, so the job need not stay to tell it.
      await this.#host.send('job.dismiss', { job }).catch(() => undefined)
      throw error
    }
  }

  #end(ids: readonly number[], part: Partial<Pick<TakenPhoto, 'state' | 'sheets' | 'reason'>>): void {
    this.#set(ids, part)
    for (const photo of this.#photos) if (ids.includes(photo.id)) this.#onDone(photo)
  }

  #set(ids: readonly number[], part: Partial<TakenPhoto>): void {
    this.#photos = this.#photos.map((photo) =>
      ids.includes(photo.id) ? { ...photo, ...picked(part) } : photo,
    )
  }
}

function picked({ state, sent, sheets, reason }: Partial<TakenPhoto>): Partial<TakenPhoto> {
  return Object.fromEntries(
    Object.entries({ state, sent, sheets, reason }).filter(([, value]) => value !== undefined),
  )
}

function wordsOf(error: unknown): string {
  if (error instanceof HostError && error.code === 'cancelled') return 'Cancelled.'
  return error instanceof Error ? error.message : String(error)
}
