import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { jobSchema } from '#contract/jobs'
import type { Journal, JournalEntry, LeftJob } from '#lab/ports/Journal'
import { isAlive, thisProcess, type Holder } from '../store/holder'
import { SharedJson } from '../store/SharedJson'

const entrySchema = z.object({
  ...jobSchema.omit({ state: true, left: true }).shape,
  state: z.enum(['waiting', 'running', 'failed']),
  input: z.record(z.string(), z.unknown()),
  key: z.string(),
  /** Which lab runs it; the process, or null once that lab was closed. */
  lab: z.string(),
  holder: z.object({ pid: z.int(), host: z.string(), started: z.string().nullable() }).nullable(),
})

const fileSchema = z.object({ jobs: z.array(entrySchema).readonly() })

type StoredJob = z.output<typeof entrySchema>

/** The journal as a file that all programs on the same experiments folder share. */
export class FileJournal implements Journal {
  readonly #file: SharedJson<typeof fileSchema>
  readonly #lab = randomUUID()
  readonly #holder: Holder = thisProcess()

  constructor(path: string) {
    this.#file = new SharedJson(path, fileSchema, { jobs: [] })
  }

  async left(): Promise<readonly LeftJob[]> {
    return (await this.#file.read()).jobs.filter((job) => this.#isLeft(job)).map(leftJob)
  }

  async put(entry: JournalEntry): Promise<void> {
    const stored: StoredJob = {
      ...entry,
      input: { ...entry.input },
      key: randomUUID(),
      lab: this.#lab,
      holder: this.#holder,
    }
    await this.#file.change(({ jobs }) => {
      const at = jobs.findIndex((job) => this.#isMine(job, entry.job))
      return { jobs: at < 0 ? [...jobs, stored] : jobs.with(at, stored) }
    })
  }

  async remove(name: string): Promise<void> {
    await this.#file.change((file) => {
      const jobs = file.jobs.filter((job) => !this.#isMine(job, name))
      return jobs.length === file.jobs.length ? file : { jobs }
    })
  }

  async take(keys: readonly string[]): Promise<readonly LeftJob[]> {
    let taken: readonly LeftJob[] = []
    await this.#file.change((file) => {
      const wanted = (job: StoredJob): boolean => keys.includes(job.key) && this.#isLeft(job)
      taken = file.jobs.filter(wanted).map(leftJob)
      return taken.length === 0 ? file : { jobs: file.jobs.filter((job) => !wanted(job)) }
    })
    return taken
  }

  async leave(): Promise<void> {
    // A folder that nothing was ever written down in gets no journal now.
    if (!(await this.#file.read()).jobs.some(({ lab }) => lab === this.#lab)) return
    await this.#file.change(({ jobs }) => ({
      jobs: jobs.map((job) => (job.lab === this.#lab ? { ...job, holder: null } : job)),
    }))
  }

  #isMine(job: StoredJob, name: string): boolean {
    return job.lab === this.#lab && job.job === name
  }

  #isLeft({ lab, holder }: StoredJob): boolean {
    return holder === null || (lab !== this.#lab && !isAlive(holder))
  }
}

function leftJob({ lab: _lab, holder: _holder, ...job }: StoredJob): LeftJob {
  return job
}
