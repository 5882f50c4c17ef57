import type { Case, Experiment, Setting } from '#contract/experiment'
import { HostError } from '#contract/host'
import type { AppState } from '../../state/AppState.svelte'
import type { ExperimentView } from '../../state/experiment.svelte'
import { jobName, type ShownJob } from '../../state/jobs.svelte'
import { matrixOf, settingInWork, type CellState } from './matrix'
import { successOf, type Success } from './success'

/** What the Generate page shows of an experiment, and what was chosen on it. */
export class GenerateState {
  readonly #app: AppState
  readonly #view: ExperimentView
  #case = $state.raw<Case>('average')
  #chosen = $state.raw<ReadonlySet<string>>(new Set())
  /** Undefined until the user has opened or closed one. */
  #opened = $state.raw<string | null | undefined>(undefined)

  readonly #settings = $derived.by(() => this.#view.experiment?.settings ?? [])
  readonly #matrix = $derived.by(() => matrixOf(this.#settings, this.#app.attacks))
  readonly #made = $derived.by(
    () => new Set(this.#settings.filter(({ id }) => this.#view.generated(id)).map(({ id }) => id)),
  )
  readonly #firstMade = $derived.by(() => this.#settings.find(({ id }) => this.#made.has(id))?.id)
  readonly #job = $derived.by(() => this.#app.jobs.of(this.#view.id, 'generate', 'run'))
  readonly #working = $derived.by(() => this.#job?.state === 'running' || this.#job?.state === 'waiting')
  readonly #titles = $derived(
    this.#settings.map((setting) => ({ id: setting.id, title: this.#app.settingTitle(setting) })),
  )
  readonly #inWork = $derived(
    settingInWork(
      this.#job,
      this.#titles.filter(({ id }) => !this.#made.has(id)),
    ),
  )
  /** Apart from how far it is, so that only the one cell follows every message. */
  readonly #idInWork = $derived(this.#inWork?.id ?? null)

  constructor(app: AppState, view: ExperimentView) {
    this.#app = app
    this.#view = view
  }

  get experiment(): Experiment | null {
    return this.#view.experiment
  }

  get matrix() {
    return this.#matrix
  }

  get job(): ShownJob | undefined {
    return this.#job
  }

  /** Whether a run is under way or waits for its turn. */
  get working(): boolean {
    return this.#working
  }

  get madeCount(): number {
    return this.#made.size
  }

  get missing(): readonly string[] {
    return this.#settings.filter(({ id }) => !this.#made.has(id)).map(({ id }) => id)
  }

  /** The case whose figures are shown: the chosen one, or the only one there is. */
  get case(): Case {
    const cases = this.experiment?.cases ?? []
    return cases.includes(this.#case) ? this.#case : (cases[0] ?? 'average')
  }

  set case(inCase: Case) {
    this.#case = inCase
  }

  /** The setting whose images are shown: at first the first one that has any. */
  get opened(): Setting | null {
    const wanted = this.#opened === undefined ? this.#firstMade : this.#opened
    return this.#settings.find(({ id }) => id === wanted) ?? null
  }

  open(id: string | null): void {
    this.#opened = id
  }

  /** Settings marked to be run, in the experiment's order. */
  get chosen(): readonly string[] {
    return this.#settings.filter(({ id }) => this.#chosen.has(id)).map(({ id }) => id)
  }

  isChosen(id: string): boolean {
    return this.#chosen.has(id)
  }

  choose(ids: readonly string[], on: boolean): void {
    const chosen = new Set(this.#chosen)
    for (const id of ids) {
      if (on) chosen.add(id)
      else chosen.delete(id)
    }
    this.#chosen = chosen
  }

  isMade(id: string): boolean {
    return this.#made.has(id)
  }

  state(id: string): CellState {
    if (this.#idInWork === id) return { kind: 'making', share: this.#inWork?.share ?? null }
    if (this.#made.has(id)) return { kind: 'made' }
    // The documents of settings that are made may still be on their way.
    const done = this.experiment?.steps.generated.done ?? 0
    return { kind: this.#made.size < done ? 'unknown' : 'missing' }
  }

  success(id: string): Success | null {
    return successOf(this.#view.generated(id), this.#view.images, this.case)
  }

  /** Starts a run; `again` throws away what there is of these settings first. */
  async run(settings: readonly string[] | null, again = false): Promise<void> {
    try {
      await this.#app.host.send('generate', {
        experiment: this.#view.id,
        job: jobName('generate', this.#view.id),
        ...(settings ? { settings: [...settings] } : {}),
        ...(again ? { again } : {}),
      })
      this.#chosen = new Set()
    } catch (error) {
      // Cancelling is no failure, and the job's line says why a job failed; what never became a job is said here.
      const cancelled = error instanceof HostError && error.code === 'cancelled'
      if (!cancelled && !this.#job) this.#app.toasts.fail(error)
    }
  }
}
