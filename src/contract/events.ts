import type { Job } from './jobs'
import type { PhoneState } from './phone'

/** How far a long command has come. */
export interface ProgressEvent {
  /** The job that the caller named when it sent the command. */
  readonly job: string
  /** What is being done, in words: "basic-eps8", "sheet 3 of 20". */
  readonly phase: string
  readonly done: number
  readonly total: number
  /** As in `Job`. */
  readonly left: number | null
}

/** Something the user should know that did not stop the work: a refused photo, too few prefiltered images. */
export interface NoticeEvent {
  readonly job: string
  readonly message: string
}

/** What the lab tells without being asked. */
export interface Events {
  progress: ProgressEvent
  notice: NoticeEvent
  /** The experiment's folder has something new, or the experiment came or went. */
  changed: { readonly experiment: string }
  /** A job was started, began to run, ended, failed or was dismissed: all jobs as `job.list` answers them. */
  jobs: { readonly jobs: readonly Job[] }
  /** A phone came, or a photo from one got further. */
  phone: PhoneState
}

/** Every event by name, for transports that must tell them apart. */
export const eventNames = [
  'progress',
  'notice',
  'changed',
  'jobs',
  'phone',
] as const satisfies readonly (keyof Events)[]
