import type { DifferentiableModel } from '#core/models/DifferentiableModel'
import type { AttackOutcome } from '#core/attacks/outcome'
import type { ModelInfo } from '#core/models/ModelInfo'
import type { ModelInspection } from '#core/models/ModelInspection'
import type { ModelSource, OpenOptions } from '#lab/ports/Engine'
import type { PartHooks } from '../crew/attackInParts'
import type { PlainAttackJob } from '../crew/protocol'

export interface OpenedModel {
  readonly model: DifferentiableModel
  readonly info: ModelInfo
  /** Attacks the bare model in a better way than `runAttack`, where there is one, with the same result. */
  readonly attack?: (job: PlainAttackJob, hooks: PartHooks) => Promise<AttackOutcome>
}

/** A model file that was read. */
export interface LoadedModel {
  /** Tells models apart that may share one. */
  readonly key: string
  open(options: OpenOptions): Promise<OpenedModel>
  inspect(options: OpenOptions): Promise<ModelInspection>
}

/** Reads a model where its source says. */
export type LoadModel = (source: ModelSource) => Promise<LoadedModel>

interface Entry {
  readonly opened: Promise<OpenedModel>
  users: number
}

/** The open models of an engine process. One file opened twice with the same options is one model with its sessions. */
export class ModelShelf {
  readonly #load: LoadModel
  readonly #entries = new Map<string, Entry>()
  readonly #handles = new Map<number, { readonly key: string; readonly opened: OpenedModel }>()
  #next = 1

  constructor(load: LoadModel) {
    this.#load = load
  }

  async open(source: ModelSource, options: OpenOptions): Promise<{ handle: number; info: ModelInfo }> {
    const loaded = await this.#load(source)
    const key = `${loaded.key} ${options.provider ?? ''} ${options.threads ?? ''}`
    let entry = this.#entries.get(key)
    if (!entry) {
      entry = { opened: loaded.open(options), users: 0 }
      this.#entries.set(key, entry)
    }
    entry.users++
    try {
      const opened = await entry.opened
      const handle = this.#next++
      this.#handles.set(handle, { key, opened })
      return { handle, info: opened.info }
    } catch (error) {
      await this.#leave(key)
      throw error
    }
  }

  async inspect(source: ModelSource, options: OpenOptions): Promise<ModelInspection> {
    const loaded = await this.#load(source)
    return await loaded.inspect(options)
  }

  get(handle: number): OpenedModel | undefined {
    return this.#handles.get(handle)?.opened
  }

  async close(handle: number): Promise<void> {
    const held = this.#handles.get(handle)
    if (!held) return
    this.#handles.delete(handle)
    await this.#leave(held.key)
  }

  async #leave(key: string): Promise<void> {
    const entry = this.#entries.get(key)
    if (!entry || --entry.users > 0) return
    this.#entries.delete(key)
    // A model that never opened has nothing to free; its opener has been told why.
    const opened = await entry.opened.catch(() => null)
    await opened?.model[Symbol.asyncDispose]()
  }
}
