import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PhoneState } from '#contract/phone'
import { HalftoneError } from '#core/errors'
import type { PhoneStation, ReceivePhoto } from '#lab/ports/PhoneStation'
import { answerText } from '../answer'
import { inUrl, networkAddresses } from '../hostNames'
import { listenAt } from '../listenAt'
import { Pairing } from './Pairing'
import { PhotoInbox, photoLimits, type PhotoLimits } from './PhotoInbox'
import { servePhone } from './servePhone'

export interface PhoneServerOptions {
  /** Where photos lie until the lab has read them, absolute. */
  readonly uploads: string
  /** Tried first, so that a firewall can be told of it; any free one when it is taken. */
  readonly port?: number
  /** Addresses by which phones may reach this machine, the likeliest first. */
  readonly addresses?: () => readonly string[]
  readonly limits?: PhotoLimits
}

export interface PhoneSession {
  readonly experiment: string
  readonly pairing: Pairing
  readonly inbox: PhotoInbox
}

const usualPort = 4680
/** Photos that the lab is told of; a session may have more. */
const latest = 40
const closed: PhoneState = { open: false, experiment: null, urls: [], phones: 0, photos: [] }

/**
 * The page for phones: a server of its own on the local network, there only while the user has it open. Plain HTTP, since
 * no phone has a certificate for us; a link works for one phone and ends with the session.
 */
export class PhoneServer implements PhoneStation {
  readonly #options: PhoneServerOptions
  readonly #listeners = new Set<(state: PhoneState) => void>()
  #server: Server | null = null
  #session: PhoneSession | null = null
  #telling: NodeJS.Timeout | null = null

  constructor(options: PhoneServerOptions) {
    this.#options = options
  }

  async open(experiment: string, receive: ReceivePhoto): Promise<PhoneState> {
    if (this.#addresses().length === 0) {
      throw new HalftoneError(
        'unsupported',
        'This machine is on no network that a phone could reach it by. Join the Wi-Fi that the phone is in, or bring ' +
          'the photos over as files.',
      )
    }
    this.#server ??= await this.#listen()
    await this.#endSession()
    const changed = (): void => {
      this.#changed()
    }
    const inbox = new PhotoInbox(this.#options.uploads, receive, changed, this.#options.limits ?? photoLimits)
    this.#session = { experiment, pairing: new Pairing(), inbox }
    this.#changed()
    return this.state()
  }

  async close(): Promise<PhoneState> {
    const server = this.#server
    this.#server = null
    if (server) {
      const ended = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await ended
    }
    await this.#endSession()
    this.#changed()
    return this.state()
  }

  state(): PhoneState {
    if (!this.#session || !this.#server) return closed
    const { experiment, pairing, inbox } = this.#session
    const { port } = this.#server.address() as AddressInfo
    return {
      open: true,
      experiment,
      urls: this.#addresses().map((address) => `http://${inUrl(address)}:${port}/${pairing.token}/`),
      phones: pairing.taken ? 1 : 0,
      photos: inbox.photos
        .slice(0, latest)
        .map(({ name, state, arrived, sheets, reason }) => ({ name, state, arrived, sheets, reason })),
    }
  }

  listen(listener: (state: PhoneState) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  async #listen(): Promise<Server> {
    const server = createServer(
      {
        headersTimeout: 10_000,
        requestTimeout: 0,
        keepAliveTimeout: 10_000,
        connectionsCheckingInterval: 5000,
      },
      (request, response) => {
        void this.#serve(request, response)
      },
    )
    server.maxConnections = 64
    server.on('clientError', (_, socket) => {
      socket.destroy()
    })
    const all = this.#addresses().some((address) => address.includes('.')) ? '0.0.0.0' : '::'
    const { port = usualPort } = this.#options
    await listenAt(server, port, all).catch(() => listenAt(server, 0, all))
    return server
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await servePhone(this.#session, request, response, () => {
        this.#changed()
      })
    } catch {
      answerText(response, 500, 'This is a bug in Halftone.')
    }
  }

  async #endSession(): Promise<void> {
    const session = this.#session
    this.#session = null
    await session?.inbox.close()
  }

  #addresses(): readonly string[] {
    const all = (this.#options.addresses ?? networkAddresses)()
    const old = all.filter((address) => address.includes('.'))
    return old.length > 0 ? old : all
  }

  /** Progress comes with every packet; a few times a second is enough. */
  #changed(): void {
    if (this.#telling) return
    this.#telling = setTimeout(() => {
      this.#telling = null
      const state = this.state()
      for (const listener of [...this.#listeners]) listener(state)
    }, 100)
  }
}
