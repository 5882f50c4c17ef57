import type { ShelfModel } from '#contract/models'
import { paperDraft, type DraftData } from './DraftData'
import { problemsOf, type DraftField, type Problems } from './problems'

const key = 'halftone.new-experiment'

/** The part of the browser's storage that a draft needs. */
export type DraftStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** An experiment that is being set up, with what is wrong with it. */
export class ExperimentDraft {
  /** Bound to the fields. */
  readonly data: DraftData
  /** Whether the user has tried to go on: only then is what is missing held against them. */
  tried = $state(false)
  /** What the lab refused, at the field it speaks of. */
  #refused = $state.raw<Problems>({})
  readonly #own = $derived.by(() => problemsOf(this.data))

  constructor(data: DraftData) {
    const state = $state(data)
    this.data = state
  }

  /** What is wrong, by field, as far as it is to be shown. */
  get problems(): Problems {
    return { ...this.#refused, ...(this.tried ? this.#own : {}) }
  }

  /** What is missing or wrong, shown or not. */
  get own(): Problems {
    return this.#own
  }

  get complete(): boolean {
    return Object.keys(this.#own).length === 0
  }

  refuse(field: DraftField, message: string): void {
    this.#refused = { ...this.#refused, [field]: message }
  }

  /** The lab is asked anew: what it said before no longer counts. */
  forgive(): void {
    this.#refused = {}
  }
}

/** The draft that was left behind, or the paper's experiment; fields that an older draft lacks are the paper's. */
export function restoreDraft(store: DraftStore): DraftData {
  const usual = paperDraft()
  try {
    const kept: unknown = JSON.parse(store.getItem(key) ?? 'null')
    if (typeof kept !== 'object' || kept === null) return usual
    const known = Object.entries(usual).map(([name, value]) => {
      const old = (kept as Record<string, unknown>)[name]
      const fits = old !== undefined && (value === null || old === null || typeof old === typeof value)
      return [name, fits ? old : value]
    })
    return Object.fromEntries(known) as DraftData
  } catch {
    // Not JSON: somebody else's, or half written.
    return usual
  }
}

/** Keeps a draft, so that leaving or reloading the page loses nothing. Full or forbidden storage is no reason to fail. */
export function keepDraft(store: DraftStore, data: DraftData): void {
  const text = JSON.stringify(data)
  try {
    store.setItem(key, text)
  } catch {
    // The page goes on without.
  }
}

export function forgetDraft(store: DraftStore): void {
  store.removeItem(key)
}

/** Whether a draft is worth asking before it is replaced. */
export function isUntouched(data: DraftData): boolean {
  return JSON.stringify(data) === JSON.stringify(paperDraft())
}

/** Pixels of the chosen model's input, where they are known. */
export function inputOf(
  data: DraftData,
  models: readonly ShelfModel[] | null,
  inspected: ShelfModel['input'],
): ShelfModel['input'] {
  const { model } = data
  if (model.kind === 'file') return inspected
  return models?.find(({ id }) => id === model.id)?.input ?? null
}
