import type { ExperimentSummary } from '#contract/commands'
import type { Experiment } from '#contract/experiment'

/** The folder of one experiment, to read. Paths are relative to it, with forward slashes: `images/images.json`. */
export interface ExperimentFolder {
  /** experiment.json as it stood when the folder was opened, or as this writer last wrote it. */
  readonly experiment: Experiment
  /** The absolute path, for people. */
  location(path: string): string
  /** @throws HalftoneError `not-found`, `storage` */
  read(path: string): Promise<Uint8Array>
  /** As {@link read}, as UTF-8. */
  readText(path: string): Promise<string>
  has(path: string): Promise<boolean>
  /** Names in a folder, sorted, hidden ones left out; none when there is no such folder. */
  list(path: string): Promise<readonly string[]>
}

/**
 * The one writer of an experiment, until it is disposed of. Every write is atomic: a reader, and whoever comes after a
 * kill at any point, sees the file as it was before or as it is after.
 */
export interface ExperimentWriter extends ExperimentFolder, AsyncDisposable {
  /** Makes folders as needed. @throws HalftoneError `storage` when the disk is full or the folder read-only */
  write(path: string, content: Uint8Array | string): Promise<void>
  /** Removes a file or a folder with all that is in it; nothing happens when there is none. */
  remove(path: string): Promise<void>
  /** Replaces experiment.json. */
  update(change: (experiment: Experiment) => Experiment): Promise<Experiment>
}

/** A file of an experiment as it lies on disk. */
export interface StoredFile {
  readonly bytes: Uint8Array
  /** Another after every change of the file. */
  readonly version: string
}

/** Where experiments are kept: a folder of folders that a person can open and understand. */
export interface ExperimentStore {
  /** All experiments, newest first; one whose experiment.json cannot be used is listed with the reason. */
  list(): Promise<readonly ExperimentSummary[]>
  /** @throws HalftoneError `conflict` when the id is taken, `storage` */
  create(experiment: Experiment): Promise<void>
  /** @throws HalftoneError `not-found`, `newer-schema`, `unreadable-file`, `storage` */
  open(id: string): Promise<ExperimentFolder>
  /** Opens for writing. @throws as {@link open}, and `conflict` while another writer is at work */
  edit(id: string): Promise<ExperimentWriter>
  /**
   * A file by its path from the experiment's folder, for whoever may ask: no hidden file, no folder, and nothing that lies
   * elsewhere once links are followed.
   * @throws HalftoneError `invalid-argument` for such a path, `not-found`, `storage`
   */
  file(id: string, path: string): Promise<StoredFile>
  /**
   * Puts an experiment aside.
   * @returns the name by which it can be had back
   * @throws HalftoneError `not-found`, `storage`, `conflict` while a writer is at work
   */
  trash(id: string): Promise<string>
  /** @throws HalftoneError `not-found`, `storage`, `conflict` when an experiment of its id has come meanwhile */
  restore(trashed: string): Promise<Experiment>
}
