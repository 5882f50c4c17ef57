import type { Job } from '#contract/jobs'

/** What is written down of a long job, enough to give its command again. */
export interface JournalEntry {
  readonly job: string
  readonly command: string
  readonly experiment: string | null
  /** The command's input, as JSON. */
  readonly input: Readonly<Record<string, unknown>>
  readonly state: 'waiting' | 'running' | 'failed'
  readonly started: string
  readonly phase: string
  readonly done: number
  readonly total: number
  /** As in `Job`, when this was written. */
  readonly elapsed: number
  readonly problem: Job['problem']
  readonly notices: readonly string[]
}

/** A job of a program that has ended since. */
export interface LeftJob extends JournalEntry {
  /** Tells it apart from all others, also from those of one name. */
  readonly key: string
}

/**
 * The long jobs of all programs that work on one experiments folder, on disk, so that what was cut off by the end of a
 * program can be gone on with. All calls may throw HalftoneError `storage`, `unreadable-file` or `conflict`.
 */
export interface Journal {
  /** Jobs whose program is gone: they had failed, or were cut off. Oldest first. */
  left(): Promise<readonly LeftJob[]>
  /** Writes down a job of this lab, in place of what stood there under its name. */
  put(entry: JournalEntry): Promise<void>
  /** Strikes out a job of this lab. */
  remove(job: string): Promise<void>
  /** Strikes out jobs that were left. @returns those that were still there: of two programs that take one, one gets it */
  take(keys: readonly string[]): Promise<readonly LeftJob[]>
  /** Leaves all jobs of this lab to whoever comes after. */
  leave(): Promise<void>
}
