import type { Host } from '#contract/host'
import type { Job } from '#contract/jobs'

/** A job as the page shows it. */
export interface ShownJob extends Job {
  /** 0..1; null before it is known. */
  readonly share: number | null
  /** Milliseconds, by the speed so far; null while that says nothing yet. */
  readonly left: number | null
}

/** What the lab works on, as its events tell; asked for anew after a reload or a lost connection. */
export class Jobs {
  #jobs = $state.raw<readonly Job[]>([])
  /** When each job's `elapsed` was heard, by the page's clock. */
  readonly #heard = new Map<string, number>()
  readonly #host: Host
  readonly #now: () => number
  readonly #shown = $derived(this.#jobs.map((job) => this.#show(job)))

  constructor(host: Host, now: () => number) {
    this.#host = host
    this.#now = now
    host.listen('jobs', ({ jobs }) => this.#take(jobs))
    host.listen('progress', ({ job, phase, done, total }) => {
      const known = this.#jobs.find((other) => other.job === job)
      if (!known) return
      const elapsed = known.elapsed + this.#now() - (this.#heard.get(job) ?? this.#now())
      this.#heard.set(job, this.#now())
      this.#replace({ ...known, state: 'running', phase, done, total, elapsed })
    })
    host.listen('notice', ({ job, message }) => {
      const known = this.#jobs.find((other) => other.job === job)
      if (known) this.#replace({ ...known, notices: [...known.notices, message] })
    })
    host.watchConnection((state) => {
      if (state === 'connected') void this.refresh()
    })
  }

  get list(): readonly ShownJob[] {
    return this.#shown
  }

  /** The job that works on an experiment's step, or on all of its steps. */
  of(experiment: string, ...commands: readonly string[]): ShownJob | undefined {
    const mine = this.#shown.filter((job) => job.experiment === experiment && commands.includes(job.command))
    return (
      mine.find(({ state }) => state === 'running') ??
      mine.find(({ state }) => state === 'waiting') ??
      mine[0]
    )
  }

  async refresh(): Promise<void> {
    this.#take(await this.#host.send('job.list', {}))
  }

  async cancel(job: string): Promise<void> {
    await this.#host.send('cancel', { job })
  }

  async resume(job: string): Promise<void> {
    await this.#host.send('job.resume', { job })
  }

  async dismiss(job: string): Promise<void> {
    await this.#host.send('job.dismiss', { job })
  }

  #take(jobs: readonly Job[]): void {
    for (const { job } of jobs) this.#heard.set(job, this.#now())
    this.#jobs = jobs
  }

  #replace(job: Job): void {
    this.#jobs = this.#jobs.map((other) => (other.job === job.job ? job : other))
  }

  #show(job: Job): ShownJob {
    const share = job.total > 0 ? job.done / job.total : null
    // The first moments load models and say little of the speed to come.
    const sure = share !== null && share > 0.01 && job.elapsed > 1500
    return { ...job, share, left: sure ? (job.elapsed / share) * (1 - share) : null }
  }
}

/** A name for a job that nobody else takes: the same step of one experiment is one job at a time. */
export function jobName(command: string, experiment: string): string {
  return `${command}/${experiment}`
}
