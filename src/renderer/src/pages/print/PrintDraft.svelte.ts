import type { CaptureSource, Experiment, SheetOptions } from '#contract/experiment'
import type { Host } from '#contract/host'
import type { SheetPair } from '#contract/steps'
import { HalftoneError } from '#core/errors'
import { cameraOf, keepsPhotos } from '#core/sheet/cameras'
import { layoutOptions, sheetCode } from '#core/sheet/experimentLayout'
import { layoutSheet } from '#core/sheet/layoutSheet'
import { printAdvice, printFacts } from '#core/sheet/printAdvice'
import type { SheetLayout } from '#core/sheet/SheetLayout'
import type { ExperimentView } from '../../state/experiment.svelte'
import { same } from './same'

/** A pair in its place, with the files of its images. */
export interface PlacedPair extends SheetPair {
  readonly clean: string | null
  readonly adversarial: string
  readonly className: string
}

interface Edits {
  readonly sheets?: SheetOptions
  readonly capture?: CaptureSource
}

/** How long after the last change it is written, in ms, while nothing is lost by it. */
const settle = 500

/**
 * What is chosen of the sheets: the experiment's own choices with what was changed on the page. Changes are written by
 * themselves as long as no sheets have been made; after that they wait to be applied, because sheets and crops go with them.
 */
export class PrintDraft {
  readonly #view: ExperimentView
  readonly #host: Host
  readonly #fail: (error: unknown) => void
  #edits = $state.raw<Edits>({})
  #applying = $state.raw(false)
  #timer: ReturnType<typeof setTimeout> | undefined

  readonly #experiment: Experiment | null = $derived.by(() => this.#view.experiment)
  readonly sheets = $derived.by(() => this.#edits.sheets ?? this.#experiment?.sheets ?? null)
  readonly capture = $derived.by(() => this.#edits.capture ?? this.#experiment?.capture ?? null)
  readonly #wanted: Experiment | null = $derived.by(() =>
    this.#experiment && this.sheets && this.capture
      ? { ...this.#experiment, sheets: this.sheets, capture: this.capture }
      : null,
  )

  /** The layout as chosen, or why there is none. */
  readonly layout: SheetLayout | null = $derived.by(() => this.#laid.layout)
  readonly problem: string | null = $derived.by(() => this.#laid.problem)
  readonly #laid = $derived.by((): { layout: SheetLayout | null; problem: string | null } => {
    if (!this.#wanted) return { layout: null, problem: null }
    try {
      return { layout: layoutSheet(layoutOptions(this.#wanted)), problem: null }
    } catch (error) {
      if (!(error instanceof HalftoneError)) throw error
      return { layout: null, problem: error.message }
    }
  })

  readonly code = $derived.by(() =>
    this.#wanted && this.layout ? sheetCode(this.#wanted, this.layout.options) : '000000',
  )

  /** Every pair in the order of the sheets; null before all settings have their images. */
  readonly pairs: readonly PlacedPair[] | null = $derived.by(() => this.#placed())
  /** Pairs there are, or will be at most. */
  readonly pairCount = $derived.by(
    () =>
      this.pairs?.length ??
      (this.#experiment
        ? this.#experiment.settings.length * this.#experiment.count * this.#experiment.cases.length
        : 0),
  )

  readonly camera = $derived.by(() => (this.capture ? cameraOf(this.capture) : null))
  readonly facts = $derived.by(() =>
    this.layout && this.camera ? printFacts(this.layout, this.camera, this.pairCount) : null,
  )
  readonly advice = $derived.by(() =>
    this.layout && this.camera ? printAdvice(this.layout, this.camera, this.pairCount) : [],
  )

  readonly isChanged = $derived.by(
    () =>
      this.#experiment !== null &&
      !(same(this.sheets, this.#experiment.sheets) && same(this.capture, this.#experiment.capture)),
  )
  readonly isPrinted = $derived.by(() => (this.#experiment?.steps.printed.done ?? 0) > 0)
  /** Whether the sheets that were made have the layout that is chosen. */
  readonly #isLaidSo = $derived.by(
    () => this.layout !== null && same(this.#view.sheets?.layout, this.layout.options),
  )

  /** What applying the changes takes away, in words; empty when nothing is lost. */
  readonly undoes: readonly string[] = $derived.by(() => {
    if (!this.#experiment || !this.isChanged || !this.capture) return []
    const { printed, captured, scored, reported } = this.#experiment.steps
    const laidSo = this.#isLaidSo || printed.done === 0
    if (laidSo && keepsPhotos(this.capture, this.#experiment.capture)) return []
    const out: string[] = []
    if (!laidSo) out.push('the sheets (sheets.pdf)')
    if (captured.done > 0) {
      out.push(
        captured.done === 1
          ? 'the photo and crops of 1 sheet'
          : `photos and crops of ${captured.done} sheets`,
      )
    }
    if (scored.done > 0) out.push('the scores')
    if (reported.done > 0) out.push('the report')
    return out
  })

  constructor(view: ExperimentView, host: Host, fail: (error: unknown) => void) {
    this.#view = view
    this.#host = host
    this.#fail = fail
  }

  get applying(): boolean {
    return this.#applying
  }

  change(part: Partial<SheetOptions>): void {
    if (this.sheets) this.#edit({ ...this.#edits, sheets: { ...this.sheets, ...part } })
  }

  changeCamera(capture: CaptureSource): void {
    this.#edit({ ...this.#edits, capture })
  }

  discard(): void {
    clearTimeout(this.#timer)
    this.#edits = {}
  }

  /** Writes what was changed. @returns whether the experiment has it now */
  async apply(): Promise<boolean> {
    clearTimeout(this.#timer)
    const { sheets, capture } = this
    if (!this.isChanged || !sheets || !capture) return true
    if (!this.layout) return false
    const sent = this.#edits
    this.#applying = true
    try {
      await this.#host.send('experiment.configure', { experiment: this.#view.id, sheets, capture })
      await this.#view.refresh()
      // What was changed meanwhile stays.
      if (this.#edits === sent) this.#edits = {}
      return true
    } catch (error) {
      this.#fail(error)
      return false
    } finally {
      this.#applying = false
    }
  }

  /** Before the page goes: what was to be written by itself is written now. */
  leave(): void {
    if (this.isChanged && this.undoes.length === 0) void this.apply()
  }

  #edit(edits: Edits): void {
    this.#edits = edits
    clearTimeout(this.#timer)
    if (this.undoes.length === 0) this.#timer = setTimeout(() => void this.apply(), settle)
  }

  #placed(): readonly PlacedPair[] | null {
    const experiment = this.#experiment
    if (!experiment || experiment.steps.generated.done < experiment.settings.length) return null
    const clean = new Map(this.#view.images?.images.map((record) => [record.image, record]))
    const out: PlacedPair[] = []
    for (const { id } of experiment.settings) {
      const generated = this.#view.generated(id)
      if (!generated) return null
      for (const { image, file } of generated.images) {
        const record = clean.get(image)
        out.push({
          setting: id,
          image,
          clean: record?.file ?? null,
          adversarial: file,
          className: record?.className ?? '',
        })
      }
    }
    return out
  }
}
