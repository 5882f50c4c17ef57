import type { Host } from '#contract/host'
import type { Job } from '#contract/jobs'

/** A job as the page shows it. */
export interface ShownJob extends Job {
  /** 0..1; null before it is known. */
  readonly share: number | null
}

/** What the lab works on, as its events tell; asked for anew after a reload or a lost connection. */
export class Jobs {
  #jobs = $state.raw<readonly Job[]>([])
  readonly #host: Host
  readonly #shown = $derived(this.#jobs.map(show))

  constructor(host: Host) {
    this.#host = host
    host.listen('jobs', ({ jobs }) => (this.#jobs = jobs))
    host.listen('progress', ({ job, ...progress }) => {
      const known = this.#jobs.find((other) => other.job === job)
      if (known) this.#replace({ ...known, ...progress, state: 'running' })
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
    this.#jobs = await this.#host.send('job.list', {})
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

  #replace(job: Job): void {
    this.#jobs = this.#jobs.map((other) => (other.job === job.job ? job : other))
  }
}

function show(job: Job): ShownJob {
  return { ...job, share: job.total > 0 ? job.done / job.total : null }
}

/** A name for a job that nobody else takes: the same step of one experiment is one job at a time. */
export function jobName(command: string, experiment: string): string {
  return `${command}/${experiment}`
}
