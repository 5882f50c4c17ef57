import type { CommandName, Input, Output } from '#contract/commands'
import type { Events } from '#contract/events'
import {
  HostError,
  type BlobRef,
  type ChosenFile,
  type Connection,
  type Host,
  type Uploaded,
  type UploadHooks,
} from '#contract/host'
import { blobPath } from '#contract/wire'
import { upload } from './upload'
import type { WebPorts } from './WebPorts'
import { Wire } from './Wire'

/** The lab behind its HTTP server: in a browser on the same machine or on another. */
export class HttpHost implements Host {
  readonly kind = 'browser'
  /** A page cannot look at its user's folders. */
  readonly pick = null
  readonly reveal = null
  readonly #ports: WebPorts
  readonly #wire: Wire
  readonly #listeners = new Map<string, Set<(event: never) => void>>()

  constructor(ports: WebPorts) {
    this.#ports = ports
    this.#wire = new Wire(ports, (name, value) => {
      for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(value as never)
    })
  }

  async send<K extends CommandName>(name: K, input: Input<K>): Promise<Output<K>> {
    const reply = await this.#wire.call(name, input)
    if (!reply.ok) throw new HostError(reply.code, reply.message)
    // The lab's own type, by way of the wire.
    return reply.value as Output<K>
  }

  listen<K extends keyof Events>(name: K, listener: (event: Events[K]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners.add(listener))
    return () => {
      listeners.delete(listener)
    }
  }

  watchConnection(listener: (state: Connection) => void): () => void {
    return this.#wire.watch(listener)
  }

  blobUrl(ref: BlobRef, side?: number): string {
    return this.#ports.address(blobPath(ref) + (side === undefined ? '' : `?side=${Math.ceil(side)}`))
  }

  async upload(files: readonly ChosenFile[], hooks: UploadHooks = {}): Promise<Uploaded> {
    return await upload(this.#ports, files, hooks)
  }

  save(ref: BlobRef, name: string): Promise<void> {
    this.#ports.download(blobPath(ref), name)
    return Promise.resolve()
  }

  print(ref: BlobRef): Promise<void> {
    if (this.#ports.openTab(blobPath(ref))) return Promise.resolve()
    return Promise.reject(
      new HostError(
        'unsupported',
        'The browser did not let the page open the PDF in a tab. Allow it to open tabs, or save the PDF and print it.',
      ),
    )
  }

  /** A page has no menus. */
  onMenu(): () => void {
    return () => undefined
  }

  /** Ends the connection; pages end with their browser's tab. */
  close(): void {
    this.#wire.close()
  }
}
