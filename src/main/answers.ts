import { mkdir, rm, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { basename, join } from 'node:path'
import type { BlobRef, PickKind } from '#contract/host'
import type { CommandName } from '#contract/commands'
import type { Reply } from '#contract/reply'
import { HalftoneError } from '#core/errors'
import { failureOf } from '#lab/failure'
import type { LabClient } from '#node/lab/LabClient'

/** What of Electron the page's questions need, so that they can be answered without it in tests. */
export interface Desktop {
  /** Paths the user chose; none when the user thought better of it. */
  pick(kind: PickKind): Promise<readonly string[]>
  /** Where the user wants a copy; null when not at all. */
  askWhere(name: string): Promise<string | null>
  /** Shows a PDF of the lab with the print dialog over it. */
  printPdf(ref: BlobRef): Promise<void>
  showInFolder(path: string): void
}

export interface AnswerOptions {
  readonly lab: LabClient
  readonly desktop: Desktop
  /** The folder of experiments. */
  readonly folder: string
  /** Where files go that were made in the page. */
  readonly uploads: string
}

/** Answers what a page asks over its bridge. Nothing here rejects: what goes wrong is in the reply. */
export class Answers {
  readonly #options: AnswerOptions

  constructor(options: AnswerOptions) {
    this.#options = options
  }

  async send(name: unknown, input: unknown): Promise<Reply<unknown>> {
    // The lab checks names and inputs itself, whatever they are.
    return await this.#options.lab.send(name as CommandName, input as never)
  }

  async upload(files: unknown): Promise<Reply<readonly string[]>> {
    return await guarded(async () => {
      const folder = join(this.#options.uploads, randomBytes(12).toString('hex'))
      try {
        await mkdir(folder, { recursive: true })
        const paths: string[] = []
        for (const [number, { name, bytes }] of checkedFiles(files).entries()) {
          const path = join(folder, `${number}-${basename(name).replace(/[^\w.-]+/g, '-')}`)
          await writeFile(path, bytes)
          paths.push(path)
        }
        return paths
      } catch (error) {
        await rm(folder, { recursive: true, force: true })
        throw error
      }
    })
  }

  async pick(kind: unknown): Promise<Reply<readonly string[]>> {
    return await guarded(() => this.#options.desktop.pick(kind as PickKind))
  }

  async save(experiment: unknown, path: unknown, name: unknown): Promise<Reply<null>> {
    return await guarded(async () => {
      const blob = await this.#options.lab.blob(refOf(experiment, path))
      if (!blob.ok) throw new HalftoneError('not-found', blob.message)
      const to = await this.#options.desktop.askWhere(basename(String(name)))
      if (to === null) return null
      await writeFile(to, blob.value.bytes).catch((error: unknown) => {
        throw new HalftoneError('storage', `The copy could not be written to ${to}: ${String(error)}`)
      })
      return null
    })
  }

  async print(experiment: unknown, path: unknown): Promise<Reply<null>> {
    return await guarded(async () => {
      await this.#options.desktop.printPdf(refOf(experiment, path))
      return null
    })
  }

  async reveal(experiment: unknown): Promise<Reply<null>> {
    return await guarded(async () => {
      const { lab, desktop, folder } = this.#options
      // Only what the lab knows as an experiment has a folder to show.
      const found = await lab.send('experiment.read', { experiment: String(experiment) })
      if (!found.ok) throw new HalftoneError('not-found', found.message)
      desktop.showInFolder(join(folder, found.value.id, 'experiment.json'))
      return null
    })
  }
}

function refOf(experiment: unknown, path: unknown): BlobRef {
  return { experiment: String(experiment), path: String(path) }
}

function checkedFiles(files: unknown): readonly { readonly name: string; readonly bytes: Uint8Array }[] {
  const fine =
    Array.isArray(files) &&
    files.every(
      (file: { name?: unknown; bytes?: unknown } | null) =>
        typeof file?.name === 'string' && file.bytes instanceof Uint8Array,
    )
  if (fine) return files as { name: string; bytes: Uint8Array }[]
  throw new HalftoneError('invalid-argument', 'Expected files, each with a name and bytes.')
}

async function guarded<T>(work: () => Promise<T>): Promise<Reply<T>> {
  try {
    return { ok: true, value: await work() }
  } catch (error) {
    return failureOf(error)
  }
}
