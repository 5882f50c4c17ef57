import { decode, encode } from '@msgpack/msgpack'
import { HostError, type Connection } from '#contract/host'
import type { Reply } from '#contract/reply'
import { wire, type FromPage, type ToPage } from '#contract/wire'
import type { PageSocket, WebPorts } from './WebPorts'

interface Pending {
  resolve(reply: Reply<unknown>): void
  reject(error: HostError): void
}

/** First and longest pause before a connection is tried again, in ms. */
const firstPause = 250
const longestPause = 5000

/**
 * The page's socket to the lab's server, opened again by itself whenever it is lost. Calls made before it was first open
 * wait for it; calls under way when it breaks, and calls made while it is lost, fail with `connection-lost`.
 */
export class Wire {
  readonly #ports: WebPorts
  readonly #onEvent: (name: string, value: unknown) => void
  readonly #watchers = new Set<(state: Connection) => void>()
  readonly #pending = new Map<number, Pending>()
  readonly #endAwake: () => void
  #waiting: Uint8Array[] | null = []
  #socket: PageSocket | null = null
  #open = false
  #labRuns = true
  #refused = false
  #state: Connection = 'lost'
  #next = 1
  #failures = 0
  #closed = false
  #cancelRetry: (() => void) | null = null
  #cancelSilence: (() => void) | null = null

  constructor(ports: WebPorts, onEvent: (name: string, value: unknown) => void) {
    this.#ports = ports
    this.#onEvent = onEvent
    this.#endAwake = ports.onAwake(() => {
      if (this.#cancelRetry) this.#connect()
    })
    this.#connect()
  }

  /** @throws HostError `connection-lost`, `too-large` */
  async call(name: string, input: unknown): Promise<Reply<unknown>> {
    const id = this.#next++
    const message: FromPage = { type: 'call', id, name, input }
    const bytes = encode(message, { ignoreUndefined: true })
    if (bytes.length > wire.messageLimit) {
      throw new HostError(
        'too-large',
        `This is larger than ${wire.messageLimit / 1024 / 1024} MB and cannot be sent at once. Use a smaller picture.`,
      )
    }
    return await new Promise((resolve, reject) => {
      if (!this.#open && !this.#waiting) {
        reject(lost('There is no connection to the lab now; it is tried again by itself.'))
        return
      }
      this.#pending.set(id, { resolve, reject })
      if (this.#open) this.#socket?.send(bytes)
      else this.#waiting?.push(bytes)
    })
  }

  watch(listener: (state: Connection) => void): () => void {
    this.#watchers.add(listener)
    listener(this.#state)
    return () => {
      this.#watchers.delete(listener)
    }
  }

  close(): void {
    this.#closed = true
    this.#endAwake()
    this.#cancelRetry?.()
    this.#socket?.close()
  }

  #connect(): void {
    this.#cancelRetry?.()
    this.#cancelRetry = null
    const socket = this.#ports.connect(wire.socket, {
      onOpen: () => {
        this.#open = true
        this.#labRuns = true
        this.#refused = false
        this.#failures = 0
        const waiting = this.#waiting ?? []
        this.#waiting = null
        for (const bytes of waiting) socket.send(bytes)
        this.#listenForSilence()
        this.#tell()
      },
      onMessage: (bytes) => {
        this.#receive(bytes)
      },
      onClose: () => {
        this.#lose()
      },
    })
    this.#socket = socket
  }

  #receive(bytes: Uint8Array): void {
    this.#listenForSilence()
    const message = decode(bytes) as ToPage
    if (message.type === 'reply') {
      this.#pending.get(message.id)?.resolve(message.reply)
      this.#pending.delete(message.id)
    } else if (message.type === 'event') {
      this.#onEvent(message.name, message.value)
    } else if (message.type === 'lab') {
      this.#labRuns = message.state === 'running'
      this.#tell()
    }
  }

  #lose(): void {
    const wasOpen = this.#open
    this.#open = false
    this.#waiting = null
    this.#cancelSilence?.()
    const why = wasOpen
      ? 'The connection to the lab was lost. The lab goes on with this command, and the page shows what came of it once the connection is back.'
      : 'The lab cannot be reached; it is tried again by itself.'
    for (const { reject } of this.#pending.values()) reject(lost(why))
    this.#pending.clear()
    this.#tell()
    if (this.#closed) return
    if (!wasOpen) void this.#askWhy()
    const pause = Math.min(longestPause, firstPause * 2 ** this.#failures++)
    this.#cancelRetry = this.#ports.after(pause * (0.75 + this.#ports.random() / 2), () => {
      this.#connect()
    })
  }

  /** A browser does not tell a page why a socket was not opened; a request does. */
  async #askWhy(): Promise<void> {
    const answer = await this.#ports.request('GET', wire.session).catch(() => null)
    if (this.#open) return
    this.#refused = answer?.status === 401 || answer?.status === 403
    this.#tell()
  }

  /** A connection whose other end is gone stays open for long; silence tells. */
  #listenForSilence(): void {
    this.#cancelSilence?.()
    this.#cancelSilence = this.#ports.after(2.5 * wire.beat, () => {
      this.#socket?.close()
    })
  }

  #tell(): void {
    const state = this.#open ? (this.#labRuns ? 'connected' : 'lost') : this.#refused ? 'refused' : 'lost'
    if (state === this.#state) return
    this.#state = state
    for (const watcher of [...this.#watchers]) watcher(state)
  }
}

function lost(message: string): HostError {
  return new HostError('connection-lost', message)
}
