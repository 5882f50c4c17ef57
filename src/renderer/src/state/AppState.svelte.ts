import { createContext } from 'svelte'
import type { AttackDescription, TransformDescription } from '#contract/attacks'
import type { ExperimentSummary } from '#contract/commands'
import type { Connection, Host } from '#contract/host'
import type { ShelfModel } from '#contract/models'
import { ExperimentView } from './experiment.svelte'
import { Jobs } from './jobs.svelte'
import { Router } from './router.svelte'
import { ThemeChoice } from './theme.svelte'
import { Toasts } from './toasts.svelte'
import { tidiedText } from './words'

/** What all pages share: the host, where the window is, what the lab works on, and what there is. */
export class AppState {
  readonly host: Host
  readonly router: Router
  readonly jobs: Jobs
  readonly toasts = new Toasts()
  readonly theme: ThemeChoice
  #connection = $state.raw<Connection>('lost')
  #experiments = $state.raw<readonly ExperimentSummary[] | null>(null)
  #attacks = $state.raw<readonly AttackDescription[]>([])
  #transforms = $state.raw<readonly TransformDescription[]>([])
  #models = $state.raw<readonly ShelfModel[] | null>(null)
  #view = $state.raw<ExperimentView | null>(null)

  constructor(host: Host, window: Window) {
    this.host = host
    this.router = new Router(window)
    this.theme = new ThemeChoice(window)
    this.jobs = new Jobs(host)
    host.listen('changed', () => void this.refreshExperiments())
    host.watchConnection((state) => {
      this.#connection = state
      if (state === 'connected') void this.refresh()
    })
    host.onMenu((command) => {
      if (command.kind === 'new-experiment') this.router.go({ page: 'new', experiment: null })
      else if (command.kind === 'open-experiment') this.open(command.experiment)
      else if (command.kind === 'page') this.router.go({ page: command.page, experiment: null })
      else this.router.go({ page: 'settings', experiment: null })
    })
  }

  get connection(): Connection {
    return this.#connection
  }

  /** Null until they are read. */
  get experiments(): readonly ExperimentSummary[] | null {
    return this.#experiments
  }

  get attacks(): readonly AttackDescription[] {
    return this.#attacks
  }

  get transforms(): readonly TransformDescription[] {
    return this.#transforms
  }

  /** Null until they are read. */
  get models(): readonly ShelfModel[] | null {
    return this.#models
  }

  /** The experiment that is open, also while a page beside it is looked at. */
  get view(): ExperimentView | null {
    return this.#view
  }

  /** Opens an experiment at the step that comes next. */
  open(experiment: string): void {
    this.router.go({ page: 'setup', experiment })
  }

  /** Makes `view` the experiment of the route; a page beside the experiments leaves it as it is. */
  follow(experiment: string | null): void {
    if (experiment === null || this.#view?.id === experiment) return
    this.#view?.close()
    this.#view = new ExperimentView(this.host, experiment)
  }

  /** Lets go of an experiment that was removed. */
  leave(experiment: string): void {
    if (this.#view?.id !== experiment) return
    this.#view.close()
    this.#view = null
  }

  async refresh(): Promise<void> {
    const lists = [
      this.refreshExperiments(),
      this.refreshModels(),
      this.host.send('attack.list', {}).then((attacks) => (this.#attacks = attacks)),
      this.host.send('transform.list', {}).then((transforms) => (this.#transforms = transforms)),
      this.#view?.refresh(),
    ]
    for (const result of await Promise.allSettled(lists)) {
      if (result.status === 'rejected') this.toasts.fail(result.reason)
    }
  }

  /** Has the lab remove what has lain in the trash for long, and says what. */
  async tidy(): Promise<void> {
    try {
      const tidied = await this.host.send('tidy', {})
      const said = tidiedText(tidied)
      if (said !== null) this.toasts.show(said)
      for (const problem of tidied.problems) this.toasts.show(problem, null, 'bad')
    } catch (error) {
      this.toasts.fail(error)
    }
  }

  async refreshExperiments(): Promise<void> {
    this.#experiments = await this.host.send('experiment.list', {})
  }

  async refreshModels(): Promise<void> {
    this.#models = await this.host.send('model.list', {})
  }

  /** "Fast gradient sign, ε = 16": a setting as people read it. */
  settingTitle({
    attack,
    params,
  }: {
    readonly attack: string
    readonly params: Readonly<Record<string, unknown>>
  }): string {
    const title = this.#attacks.find(({ id }) => id === attack)?.title ?? attack
    return typeof params['epsilon'] === 'number' ? `${title}, ε = ${params['epsilon']}` : title
  }
}

export const [getApp, setApp] = createContext<AppState>()
