import { paths } from '#contract/paths'
import type { CapturedSheet } from '#contract/steps'
import type { ExperimentView } from '../../../state/experiment.svelte'
import type { PhotoIntake, TakenPhoto } from '../photos/PhotoIntake.svelte'
import type { Standing } from '../scan/AutoShutter'
import { gradeOf, type Grade } from './grade'

export type SheetRow =
  | { readonly state: 'open' }
  | {
      readonly state: 'reading'
      readonly photo: TakenPhoto | undefined
      readonly before: CapturedSheet | undefined
    }
  | { readonly state: 'captured'; readonly sheet: CapturedSheet; readonly grade: Grade }
  | { readonly state: 'refused'; readonly reason: string }

/** How each sheet of the experiment stands: from its folder, and from the photos that are on their way. */
export class SheetBoard {
  readonly #view: ExperimentView
  readonly #intake: PhotoIntake
  /** Captured sheets that are to be photographed once more. */
  #again = $state.raw<ReadonlySet<number>>(new Set())
  /** Real photos may take the place of simulated ones. */
  #anew = $state.raw(false)

  constructor(view: ExperimentView, intake: PhotoIntake) {
    this.#view = view
    this.#intake = intake
  }

  get count(): number {
    return this.#view.sheets?.sheets.length ?? 0
  }

  /** Whether every sheet has its crops. */
  get complete(): boolean {
    return (this.#view.experiment?.steps.captured.done ?? 0) >= this.count
  }

  row(sheet: number): SheetRow {
    const captured = this.#captured(sheet)
    const last = this.#intake.lastOf(sheet)
    // Between the reading and the folder's word for it nothing has gone back.
    const arriving = last?.state === 'read' && !captured
    if (this.#intake.isReading(sheet) || arriving) return { state: 'reading', photo: last, before: captured }
    if (captured) return { state: 'captured', sheet: captured, grade: gradeOf(captured) }
    if (last?.state === 'refused' || last?.state === 'failed') {
      return { state: 'refused', reason: last.reason ?? 'It could not be read.' }
    }
    return { state: 'open' }
  }

  /** Whether the camera should take a photo of a sheet. */
  standing(sheet: number): Standing {
    if (this.#intake.isReading(sheet)) return 'reading'
    const again = this.#again.has(sheet) || (this.#anew && this.isSimulated)
    // It was read a moment ago; the folder's word for it is on its way.
    if (!again && this.#intake.lastOf(sheet)?.state === 'read') return 'captured'
    const captured = this.#captured(sheet)
    if (!captured) return this.#view.isRead(paths.capturedSheet(sheet)) ? 'wanted' : 'unknown'
    return again ? 'wanted' : 'captured'
  }

  /** Whether the crops there are come from the simulator: the first real photo takes the place of them all. */
  get isSimulated(): boolean {
    const experiment = this.#view.experiment
    return experiment?.capture.kind === 'simulator' && experiment.steps.captured.done > 0
  }

  get startsAnew(): boolean {
    return this.#anew
  }

  /** Has every sheet wanted, though simulated photos of it are had. */
  startAnew(): void {
    this.#anew = true
  }

  isWantedAgain(sheet: number): boolean {
    return this.#again.has(sheet)
  }

  /** Asks for another photo of a captured sheet, or takes that back. */
  retake(sheet: number, wanted = true): void {
    const next = new Set(this.#again)
    if (wanted) next.add(sheet)
    else next.delete(sheet)
    this.#again = next
  }

  #captured(sheet: number): CapturedSheet | undefined {
    const captured = this.#view.captured(sheet)
    // Crops of sheets that were since laid out anew are none of these sheets'.
    return captured?.pdf === this.#view.sheets?.pdf ? captured : undefined
  }
}
