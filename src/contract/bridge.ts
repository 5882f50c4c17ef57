import type { Connection, MenuCommand, PickKind } from './host'
import type { Reply } from './reply'

/**
 * What Electron's preload script shows the page as `window.halftone`: functions and plain values only, since nothing else
 * crosses the isolation. The page's ElectronHost makes a Host of it.
 */
export interface Bridge {
  send(name: string, input: unknown): Promise<Reply<unknown>>
  /** Every event of the lab, by name. Returns the function that ends the listening. */
  onEvent(listener: (name: string, value: unknown) => void): () => void
  /** Calls at once and at every change. */
  onConnection(listener: (state: Connection) => void): () => void
  onMenu(listener: (command: MenuCommand) => void): () => void
  /** Where a file lies that was dropped or chosen; empty for one that was made in the page. */
  pathOf(file: unknown): string
  /** Writes files that were made in the page to where the lab can read them. */
  upload(
    files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
  ): Promise<Reply<readonly string[]>>
  pick(kind: PickKind): Promise<Reply<readonly string[]>>
  save(experiment: string, path: string, name: string): Promise<Reply<null>>
  print(experiment: string, path: string): Promise<Reply<null>>
  reveal(experiment: string): Promise<Reply<null>>
}

/** The channels between page and main process, named once. */
export const channels = {
  send: 'lab:send',
  event: 'lab:event',
  connection: 'lab:connection',
  connectionNow: 'lab:connection-now',
  menu: 'menu',
  upload: 'files:upload',
  pick: 'files:pick',
  save: 'files:save',
  print: 'files:print',
  reveal: 'files:reveal',
} as const

/** The page's own address in Electron; everything else is refused. */
export const appOrigin = 'halftone://app'
