import type { ChosenFile } from '#contract/host'

/** What a socket tells of itself. */
export interface SocketHandlers {
  onOpen(): void
  onMessage(bytes: Uint8Array): void
  /** Also when it could not be opened. Called once. */
  onClose(): void
}

export interface PageSocket {
  send(bytes: Uint8Array): void
  close(): void
}

export interface WebAnswer {
  readonly status: number
  readonly text: string
}

/** What the HTTP host uses of the browser. Paths are the server's: `/socket`. */
export interface WebPorts {
  connect(path: string, handlers: SocketHandlers): PageSocket
  /** Rejects when nobody answers. */
  request(method: 'GET' | 'POST' | 'DELETE', path: string): Promise<WebAnswer>
  /** Sends a file as the body. @param onSent bytes sent so far. Rejects when the connection breaks. */
  put(path: string, file: ChosenFile, onSent: (bytes: number) => void): Promise<WebAnswer>
  /** The address of a path for `src` and `href`. */
  address(path: string): string
  /** Saves what lies at a path among the user's downloads. */
  download(path: string, name: string): void
  /** Shows what lies at a path in a tab of its own. @returns false when the browser does not let it */
  openTab(path: string): boolean
  /** Calls after some ms. @returns the function that cancels it */
  after(ms: number, action: () => void): () => void
  /** Calls when it is worth to try again: the network is back, or the page is looked at. @returns the function that ends it */
  onAwake(listener: () => void): () => void
  /** 0..1, to spread what many pages do at the same time. */
  random(): number
}
