import type { Job } from '#contract/jobs'
import type { Failure } from '#contract/reply'
import { HalftoneError } from '#core/errors'
import type { Journal, JournalEntry, LeftJob } from '../ports/Journal'
import type { Machine } from '../ports/Machine'
import { inputToResume, isLong, supersedes } from './kinds'
import { LiveJob } from './LiveJob'

/** What is to be given again: a command with its input, under the name of the job that was left. */
export interface Resumed {
  readonly command: string
  readonly input: Readonly<Record<string, unknown>>
}

export interface Asked extends Pick<JournalEntry, 'command' | 'experiment' | 'input'> {
  /** A name is made up for a job that came without. */
  readonly job: string | undefined
}

/** Progress is written down at most this often, in ms: it is only shown of jobs that were cut off. */
const writtenEvery = 3000

/**
 * The commands under way, and of the long ones also those that failed or were cut off by the end of a program. The long
 * ones are told to whoever listens, and kept in the journal.
 */
export class JobBook {
  readonly #journal: Journal
  readonly #machine: Machine
  readonly #tell: (jobs: readonly Job[]) => void
  readonly #live = new Map<string, LiveJob>()
  readonly #lastWritten = new Map<string, number>()
  #left: readonly LeftJob[] | undefined
  #writing: Promise<void> = Promise.resolve()
  #unnamed = 0

  constructor(ports: { journal: Journal; machine: Machine }, tell: (jobs: readonly Job[]) => void) {
    this.#journal = ports.journal
    this.#machine = ports.machine
    this.#tell = tell
  }

  /**
   * Enters a command; a failed job of its name gives way.
   * @throws HalftoneError `conflict` when one of its name is under way
   */
  begin(asked: Asked): LiveJob {
    const name = asked.job ?? this.#freeName(asked.command)
    if (this.#live.get(name)?.underWay) {
      throw new HalftoneError('conflict', `There is already a job "${name}" under way.`)
    }
    const job = new LiveJob({ ...asked, job: name }, this.#machine)
    this.#live.set(name, job)
    if (isLong(job.command)) {
      this.#superseded(job)
      this.#write(job)
    }
    return job
  }

  /** Notes that a job's state is another now. */
  changed(job: LiveJob): void {
    if (!isLong(job.command)) return
    this.#write(job)
    this.announce()
  }

  advanced(job: LiveJob): void {
    if (!isLong(job.command)) return
    const now = this.#machine.ticks()
    const last = this.#lastWritten.get(job.name)
    if (last !== undefined && now - last < writtenEvery) return
    this.#lastWritten.set(job.name, now)
    this.#write(job)
  }

  /** Strikes out a job that is done, or was cancelled. Resolves once that is on disk. */
  async end(job: LiveJob): Promise<void> {
    this.#live.delete(job.name)
    this.#lastWritten.delete(job.name)
    if (!isLong(job.command)) return
    this.announce()
    await this.#keep(() => this.#journal.remove(job.name), job)
  }

  /** A short command that failed is forgotten: whoever sent it has been told. */
  async failed(job: LiveJob, failure: Failure): Promise<void> {
    if (!isLong(job.command)) return this.end(job)
    job.fail(failure)
    this.changed(job)
    await this.#writing
  }

  /** @returns whether it was under way */
  cancel(name: string): boolean {
    const job = this.#live.get(name)
    if (!job?.underWay) return false
    job.cancel()
    return true
  }

  async list(): Promise<readonly Job[]> {
    await this.#lookAtLeft()
    return this.#all()
  }

  /** @throws HalftoneError `not-found`, `conflict` while it is under way */
  async dismiss(name: string): Promise<void> {
    await this.#takeOut(name)
    this.announce()
  }

  /** Takes a failed or interrupted job out, to be given again. @throws as {@link dismiss} */
  async takeUp(name: string): Promise<Resumed> {
    const entry = await this.#takeOut(name)
    return { command: entry.command, input: { ...inputToResume(entry), job: name } }
  }

  /** Forgets what failed or was cut off of an experiment that is no more. */
  async forget(experiment: string): Promise<void> {
    for (const job of [...this.#live.values()]) {
      if (job.experiment === experiment && !job.underWay) await this.end(job)
    }
    await this.#lookAtLeft()
    const keys = this.#left?.filter((job) => job.experiment === experiment).map(({ key }) => key) ?? []
    if (keys.length > 0) await this.#takeLeft(keys)
    this.announce()
  }

  /** Cancels everything under way. */
  cancelAll(): void {
    for (const job of this.#live.values()) job.cancel()
  }

  /** Leaves what is in the journal to whoever comes after. */
  async close(): Promise<void> {
    await this.#writing
    await this.#journal.leave().catch(() => undefined)
  }

  /** Tells all jobs to whoever listens. */
  announce(): void {
    if (this.#left) this.#tell(this.#all())
    else void this.#lookAtLeft().then(() => this.#tell(this.#all()))
  }

  async #takeOut(name: string): Promise<JournalEntry> {
    const live = this.#live.get(name)
    if (live?.underWay) {
      throw new HalftoneError(
        'conflict',
        `The job "${name}" is under way. Cancel it, or wait until it has ended.`,
      )
    }
    if (live) {
      await this.end(live)
      return live.toEntry()
    }
    await this.#lookAtLeft()
    const found = this.#named().find(([shown]) => shown === name)
    const [taken] = found ? await this.#takeLeft([found[1].key]) : []
    if (taken) return taken
    throw new HalftoneError(
      'not-found',
      `There is no job "${name}" that failed or was interrupted. It may have been taken up elsewhere; list the jobs again.`,
    )
  }

  async #takeLeft(keys: readonly string[]): Promise<readonly LeftJob[]> {
    const taken = await this.#journal.take(keys)
    this.#left = this.#left?.filter(({ key }) => !keys.includes(key))
    return taken
  }

  #superseded(job: LiveJob): void {
    for (const other of [...this.#live.values()]) {
      if (other !== job && !other.underWay && supersedes(job, other)) {
        this.#live.delete(other.name)
        void this.#keep(() => this.#journal.remove(other.name), job)
      }
    }
    void this.#keep(async () => {
      this.#left ??= await this.#journal.left()
      const keys = this.#left.filter((other) => supersedes(job, other)).map(({ key }) => key)
      if (keys.length > 0) await this.#takeLeft(keys)
    }, job)
  }

  #write(job: LiveJob): void {
    // As it is now: by the time it is written the job may have gone on, or ended.
    const entry = job.toEntry()
    void this.#keep(() => this.#journal.put(entry), job)
  }

  /** One write after the other. A journal that cannot be kept costs the job nothing but its being resumed. */
  #keep(write: () => Promise<void>, job: LiveJob): Promise<void> {
    this.#writing = this.#writing.then(write).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error)
      job.notice(`This job could not be written down, so it cannot be resumed later: ${reason}`)
    })
    return this.#writing
  }

  async #lookAtLeft(): Promise<void> {
    await this.#writing
    try {
      this.#left = await this.#journal.left()
    } catch (error) {
      // The jobs of now are listed all the same.
      if (!(error instanceof HalftoneError)) throw error
      this.#left = []
    }
  }

  #all(): Job[] {
    const live = [...this.#live.values()]
      .filter(({ command }) => isLong(command))
      .map((job) => ({ ...shown(job.name, job.toEntry()), left: job.left }))
    return [...this.#named().map(([name, entry]) => shown(name, entry, true)), ...live]
  }

  /** What was left, each under a name of its own: two programs may have called their jobs the same. */
  #named(): [string, LeftJob][] {
    const taken = new Set(this.#live.keys())
    return (this.#left ?? []).map((entry) => {
      let name = entry.job
      for (let n = 2; taken.has(name); n++) name = `${entry.job} (${n})`
      taken.add(name)
      return [name, entry]
    })
  }

  #freeName(command: string): string {
    for (;;) {
      const name = `${command}-${++this.#unnamed}`
      if (!this.#live.has(name)) return name
    }
  }
}

function shown(name: string, { input: _, ...entry }: JournalEntry, left = false): Job {
  const { command, experiment, started, phase, done, total, elapsed, problem, notices } = entry
  const state = left && entry.state !== 'failed' ? 'interrupted' : entry.state
  return {
    job: name,
    command,
    experiment,
    state,
    started,
    phase,
    done,
    total,
    elapsed,
    left: null,
    problem,
    notices,
  }
}
