import { SvelteMap } from 'svelte/reactivity'
import type { Experiment } from '#contract/experiment'
import type { Host } from '#contract/host'
import { paths } from '#contract/paths'
import type { ImageResult, Score, Study } from '#contract/results'
import type { CapturedSheet, Generated, ImageList, RefusedPhoto, SheetList } from '#contract/steps'

/**
 * One experiment as the page sees it: experiment.json, and the documents of its folder, each read when it is first asked
 * for and again after the lab says that something changed. A getter of a document that is not there, or not yet, is
 * undefined; reading it inside a component keeps the component up to date.
 */
export class ExperimentView {
  readonly id: string
  #experiment = $state.raw<Experiment | null>(null)
  #problem = $state.raw<string | null>(null)
  /** Grows with every change that the lab tells of: part of the documents' addresses. */
  #version = $state.raw(0)
  /** Followed by path, and no deeper: a list of a thousand images is data, not state. */
  readonly #documents = new SvelteMap<string, unknown>()
  /** What the host calls this version of each document, where it says. */
  readonly #tags = new Map<string, string>()
  /** Each document that was asked for, with the reading of all that it was last read in. */
  readonly #asked = new Map<string, number>()
  #readings = 0
  readonly #host: Host
  readonly #endListening: () => void

  constructor(host: Host, id: string) {
    this.#host = host
    this.id = id
    this.#endListening = host.listen('changed', ({ experiment }) => {
      if (experiment === id) void this.refresh()
    })
    void this.refresh()
  }

  /** Null until it is read. */
  get experiment(): Experiment | null {
    return this.#experiment
  }

  /** Why it cannot be read; null when it can. */
  get problem(): string | null {
    return this.#problem
  }

  get version(): number {
    return this.#version
  }

  get images(): ImageList | undefined {
    return this.#document<ImageList>(paths.images)
  }

  generated(setting: string): Generated | undefined {
    return this.#document<Generated>(paths.setting(setting))
  }

  get sheets(): SheetList | undefined {
    return this.#document<SheetList>(paths.sheets)
  }

  captured(sheet: number): CapturedSheet | undefined {
    return this.#document<CapturedSheet>(paths.capturedSheet(sheet))
  }

  get refusedPhotos(): readonly RefusedPhoto[] {
    return this.#document<{ refused: readonly RefusedPhoto[] }>(paths.refusedPhotos)?.refused ?? []
  }

  get scores(): readonly Score[] | undefined {
    return this.#document<{ scores: readonly Score[] }>(paths.scores)?.scores
  }

  get results(): readonly ImageResult[] | undefined {
    return this.#document<{ images: readonly ImageResult[] }>(paths.imageResults)?.images
  }

  get study(): Study | undefined {
    return this.#document<Study>(paths.study)
  }

  /** Whether a document was looked for yet: until then its getter's undefined says nothing. */
  isRead(path: string): boolean {
    return this.#documents.has(path)
  }

  /** The address of one of its files; changes when the lab says that something changed. @param side of a thumbnail */
  url(path: string, side?: number): string {
    const url = this.#host.blobUrl({ experiment: this.id, path }, side)
    return `${url}${url.includes('?') ? '&' : '?'}v=${this.#version}`
  }

  async refresh(): Promise<void> {
    try {
      this.#experiment = await this.#host.send('experiment.read', { experiment: this.id })
      this.#problem = null
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error)
    }
    const reading = ++this.#readings
    await Promise.all([...this.#asked.keys()].map((path) => this.#read(path)))
    // Only now, so that no picture is asked for that the documents of before still name.
    if (reading === this.#readings) this.#version++
  }

  close(): void {
    this.#endListening()
  }

  #document<T>(path: string): T | undefined {
    if (!this.#asked.has(path)) {
      this.#asked.set(path, -1)
      queueMicrotask(() => void this.#read(path))
    }
    return this.#documents.get(path) as T | undefined
  }

  async #read(path: string): Promise<void> {
    const reading = this.#readings
    this.#asked.set(path, reading)
    const url = `${this.#host.blobUrl({ experiment: this.id, path })}?optional`
    const reply = await fetch(url, { cache: 'no-cache' }).catch(() => undefined)
    const tag = reply?.status === 200 ? reply.headers.get('etag') : null
    // A document that did not change is not put in the place of itself, or all that shows it would be drawn anew.
    const same = tag !== null && tag === this.#tags.get(path)
    const document: unknown =
      reply?.status === 200 && !same ? await reply.json().catch(() => undefined) : undefined
    // A later reading has overtaken this one; a connection that broke says nothing of the file.
    if (this.#asked.get(path) !== reading || !reply || same) return
    this.#documents.set(path, document)
    if (tag === null) this.#tags.delete(path)
    else this.#tags.set(path, tag)
  }
}
