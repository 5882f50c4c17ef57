import type { Bridge } from '#contract/bridge'
import type { CommandName, Input, Output } from '#contract/commands'
import type { Events } from '#contract/events'
import {
  HostError,
  type BlobRef,
  type ChosenFile,
  type Connection,
  type Host,
  type MenuCommand,
  type PickKind,
  type Uploaded,
  type UploadHooks,
} from '#contract/host'
import type { Reply } from '#contract/reply'
import { blobPath } from '#contract/wire'

/** The lab behind Electron's preload script. Files that lie on this machine are named, not copied. */
export class ElectronHost implements Host {
  readonly kind = 'electron'
  readonly #bridge: Bridge
  readonly #listeners = new Map<string, Set<(event: never) => void>>()

  constructor(bridge: Bridge) {
    this.#bridge = bridge
    bridge.onEvent((name, value) => {
      for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(value as never)
    })
  }

  async send<K extends CommandName>(name: K, input: Input<K>): Promise<Output<K>> {
    // The lab's own type, by way of the bridge.
    return valueOf(await this.#bridge.send(name, input)) as Output<K>
  }

  listen<K extends keyof Events>(name: K, listener: (event: Events[K]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners.add(listener))
    return () => {
      listeners.delete(listener)
    }
  }

  watchConnection(listener: (state: Connection) => void): () => void {
    return this.#bridge.onConnection(listener)
  }

  blobUrl(ref: BlobRef, side?: number): string {
    const address = blobPath(ref)
    return side === undefined ? address : `${address}?side=${Math.ceil(side)}`
  }

  async upload(files: readonly ChosenFile[], { onProgress }: UploadHooks = {}): Promise<Uploaded> {
    const known = files.map((file) => this.#bridge.pathOf(file))
    const made = files.filter((_, i) => known[i] === '')
    const bytes = await Promise.all(
      made.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })),
    )
    const written = made.length > 0 ? [...valueOf(await this.#bridge.upload(bytes))] : []
    onProgress?.(1)
    const paths = known.map((path) => path || written.shift()!)
    return { folder: folderOf(paths, files), paths }
  }

  readonly pick = async (kind: PickKind): Promise<readonly string[]> => valueOf(await this.#bridge.pick(kind))

  async save({ experiment, path }: BlobRef, name: string): Promise<void> {
    valueOf(await this.#bridge.save(experiment, path, name))
  }

  async print({ experiment, path }: BlobRef): Promise<void> {
    valueOf(await this.#bridge.print(experiment, path))
  }

  readonly reveal = async (experiment: string): Promise<void> => {
    valueOf(await this.#bridge.reveal(experiment))
  }

  onMenu(listener: (command: MenuCommand) => void): () => void {
    return this.#bridge.onMenu(listener)
  }
}

function valueOf<T>(reply: Reply<T>): T {
  if (reply.ok) return reply.value
  throw new HostError(reply.code, reply.message)
}

/** The folder that was chosen, by what a file's path has beyond its path in that folder; else the first file's folder. */
function folderOf(paths: readonly string[], files: readonly ChosenFile[]): string {
  const [first = ''] = paths
  const within = files[0]?.webkitRelativePath ?? ''
  const deeper = within === '' ? 1 : within.split('/').length - 1
  return first
    .split(/[\\/]/)
    .slice(0, -deeper)
    .join(first.includes('\\') ? '\\' : '/')
}
