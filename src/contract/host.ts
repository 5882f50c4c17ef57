import type { Commands, Input, Output } from './commands'
import type { Events } from './events'

/** A file of an experiment, by its path from the experiment's folder: `sheets/sheets.pdf`. */
export interface BlobRef {
  readonly experiment: string
  readonly path: string
}

/** A file that the user dropped or chose; the DOM's File is one. */
export interface ChosenFile {
  readonly name: string
  readonly size: number
  /** Path within the folder that was chosen; empty for a file that was chosen by itself. */
  readonly webkitRelativePath?: string
  arrayBuffer(): Promise<ArrayBuffer>
}

export interface UploadHooks {
  /** Share of all bytes that are over, 0..1. */
  readonly onProgress?: (share: number) => void
}

/** Files that the lab's machine can read now. */
export interface Uploaded {
  /** The folder that holds them all, when several or a folder were chosen. */
  readonly folder: string
  /** In the order they were given. */
  readonly paths: readonly string[]
}

/** What a native dialog may ask for. */
export type PickKind = 'model' | 'labels' | 'image-folder' | 'photos'

/** Where the window's menus lead. */
export type MenuCommand =
  | { readonly kind: 'new-experiment' }
  | { readonly kind: 'open-experiment'; readonly experiment: string }
  | { readonly kind: 'page'; readonly page: 'experiments' | 'playground' | 'models' | 'settings' }
  | { readonly kind: 'about' }

/** Whether the lab can be reached: `lost` while a connection is tried again. */
export type Connection = 'connected' | 'lost' | 'refused'

/** What a user interface knows of the world: Electron, HTTP, and a fake for tests each make one. */
export interface Host {
  readonly kind: 'electron' | 'browser' | 'fake'
  /** Rejects with a HostError, the reply's code and message, when the command fails. */
  send<K extends keyof Commands>(name: K, input: Input<K>): Promise<Output<K>>
  /** Returns the function that ends the listening. */
  listen<K extends keyof Events>(name: K, listener: (event: Events[K]) => void): () => void
  /** Calls at once with the state there is, and at every change. Returns the function that ends it. */
  watchConnection(listener: (state: Connection) => void): () => void
  /** @param side ask for a thumbnail that fits into a square of this many pixels */
  blobUrl(ref: BlobRef, side?: number): string
  /** Brings files to where the lab can read them; on one machine nothing is copied. */
  upload(files: readonly ChosenFile[], hooks?: UploadHooks): Promise<Uploaded>
  /** Asks with a native dialog; null where the host has none. An empty list means that the user thought better of it. */
  readonly pick: ((kind: PickKind) => Promise<readonly string[]>) | null
  /** Lets the user keep a copy of a file: a save dialog, or a download. */
  save(ref: BlobRef, name: string): Promise<void>
  /** Opens the print dialog on a PDF. */
  print(ref: BlobRef): Promise<void>
  /** Shows an experiment's folder in the file manager; null where the host cannot. */
  readonly reveal: ((experiment: string) => Promise<void>) | null
  /** The window's menus; a host without menus never calls. */
  onMenu(listener: (command: MenuCommand) => void): () => void
}

/** A command's failure on the page's side: `code` for programs, `message` for people. */
export class HostError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = 'HostError'
    this.code = code
  }
}
