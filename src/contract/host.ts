import type { Commands, Input, Output } from './commands'
import type { Events } from './events'

/** A file of an experiment, by its path from the experiment's folder: `sheets/sheets.pdf`. */
export interface BlobRef {
  readonly experiment: string
  readonly path: string
}

/** What a user interface knows of the world: Electron, HTTP, and a fake for tests each make one. */
export interface Host {
  /** Rejects with the reply's code and message when the command fails. */
  send<K extends keyof Commands>(name: K, input: Input<K>): Promise<Output<K>>
  /** Returns the function that ends the listening. */
  listen<K extends keyof Events>(name: K, listener: (event: Events[K]) => void): () => void
  blobUrl(ref: BlobRef): string
}
