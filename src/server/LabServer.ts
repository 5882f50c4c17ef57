import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { wire } from '#contract/wire'
import type { LabClient } from '#node/lab/LabClient'
import { Access } from './Access'
import { answer, answerText } from './answer'
import { serveBlob } from './blobs'
import { entrance } from './entrance'
import { plainHeaders, pageHeaders } from './headers'
import { inUrl, reachableAt } from './hostNames'
import { listenAt } from './listenAt'
import { PageSocket } from './PageSocket'
import { RefusalLog } from './RefusalLog'
import { StaticFiles } from './StaticFiles'
import { serveUpload } from './uploads/serveUpload'
import { uploadLimits, Uploads, type UploadLimits } from './uploads/Uploads'

export interface LabServerOptions {
  readonly lab: LabClient
  /** The folder of the built page. */
  readonly pages: string
  /** Where uploads go, absolute. */
  readonly uploads: string
  /** The address to listen at. */
  readonly listen?: string
  /** 0 takes any that is free. */
  readonly port?: number
  /** Gets a line for what was refused, without its end. */
  readonly log: (line: string) => void
  readonly uploadLimits?: UploadLimits
  /** How long a request's head may take, in ms. */
  readonly headTimeout?: number
}

/** Pages that may be connected at once. */
const mostPages = 32

/**
 * The lab for browsers: the built page, commands and events over a socket, files of experiments, uploads. Bound to this
 * machine alone unless told otherwise; see `Access` for who may come in.
 */
export class LabServer {
  readonly #options: LabServerOptions
  readonly #listen: string
  readonly #server: Server
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: wire.messageLimit,
    perMessageDeflate: false,
    clientTracking: true,
  })
  readonly #access: Access
  readonly #files: StaticFiles
  readonly #uploads: Uploads
  readonly #log: RefusalLog

  constructor(options: LabServerOptions) {
    this.#options = options
    this.#listen = options.listen ?? '127.0.0.1'
    this.#access = new Access(this.#listen, () => this.port)
    this.#files = new StaticFiles(options.pages)
    this.#uploads = new Uploads(options.uploads, options.uploadLimits ?? uploadLimits)
    this.#log = new RefusalLog(options.log, () => performance.now())
    const { headTimeout = 10_000 } = options
    this.#server = createServer(
      {
        headersTimeout: headTimeout,
        // Uploads take as long as they take; they have a limit on silence instead.
        requestTimeout: 0,
        keepAliveTimeout: 10_000,
        connectionsCheckingInterval: Math.min(headTimeout, 5000),
      },
      (request, response) => {
        void this.#serve(request, response)
      },
    )
    this.#server.maxConnections = 512
    this.#server.on('upgrade', (request, socket, head) => {
      this.#upgrade(request, socket, head)
    })
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      if (error.code !== 'ECONNRESET') this.#log.refused(undefined, 'a request', error.code ?? error.message)
      if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n')
      else socket.destroy()
    })
  }

  /** @returns the addresses to open, with the token in them, the likeliest first @throws HalftoneError `conflict`, `unsupported` */
  async open(): Promise<readonly string[]> {
    await listenAt(this.#server, this.#options.port ?? 0, this.#listen)
    return this.#addresses().map((address) => this.#url(address, this.#access.token))
  }

  /** An address that lets in once, for a browser that is started on this machine. */
  ticketUrl(): string {
    const [address] = this.#addresses()
    return this.#url(address!, this.#access.ticket())
  }

  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? 0
  }

  #addresses(): readonly string[] {
    const addresses = reachableAt(this.#listen)
    return addresses.length > 0 ? addresses : ['127.0.0.1']
  }

  #url(address: string, token: string): string {
    return `http://${inUrl(address)}:${this.port}/?token=${token}`
  }

  /** Ends all connections and removes unfinished uploads; the lab is left open. */
  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.close(1001, 'Halftone ends')
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeIdleConnections()
    const impatient = setTimeout(() => {
      for (const socket of this.#sockets.clients) socket.terminate()
      this.#server.closeAllConnections()
    }, 500)
    await closed
    clearTimeout(impatient)
    await this.#uploads.close()
    this.#log.flush()
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#route(request, response)
    } catch (error) {
      this.#options.log(error instanceof Error ? (error.stack ?? error.message) : String(error))
      answerText(response, 500, 'This is a bug in Halftone; its terminal says more.')
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? ''
    const url =
      path.startsWith('/') && URL.canParse(`http://here${path}`) ? new URL(`http://here${path}`) : null
    if (!url) {
      this.#refuse(request, response, { status: 400, why: 'no path' })
      return
    }
    const token = url.searchParams.get('token')
    if (url.pathname === '/' && token !== null && request.method === 'GET') {
      const foreign = this.#access.checkOrigin(request)
      const cookie = this.#access.exchange(token)
      if (foreign) this.#refuse(request, response, foreign)
      else if (cookie === null) this.#refuse(request, response, { status: 401, why: 'a wrong token' })
      else answer(response, 200, { ...entrance.headers, 'set-cookie': cookie }, entrance.page)
      return
    }
    const refusal = this.#access.check(request)
    if (refusal) this.#refuse(request, response, refusal)
    else await this.#inside(request, response, url, path.split('?')[0]!)
  }

  /** @param path as it came: `url` has already resolved what looks like `..` */
  async #inside(request: IncomingMessage, response: ServerResponse, url: URL, path: string): Promise<void> {
    const [, first] = path.split('/')
    if (`/${first}` === wire.upload) {
      await serveUpload(this.#uploads, request, response, path)
    } else if (request.method !== 'GET') {
      this.#refuse(request, response, { status: 400, why: `method ${request.method}` })
    } else if (`/${first}` === wire.blob) {
      await serveBlob(this.#options.lab, request, response, path, url.searchParams)
    } else if (path === wire.session) {
      answer(response, 204, plainHeaders)
    } else {
      await this.#page(response, path)
    }
  }

  async #page(response: ServerResponse, path: string): Promise<void> {
    const file = await this.#files.read(path)
    if (file) {
      const cache = file.hashed ? 'private, max-age=31536000, immutable' : 'no-cache'
      answer(response, 200, { ...pageHeaders, 'content-type': file.type, 'cache-control': cache }, file.bytes)
    } else if (path === '/') {
      answerText(response, 503, "The page is not built: run `npm run build` in Halftone's folder.")
    } else {
      answerText(response, 404, 'There is nothing here.')
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refusal =
      this.#access.check(request) ??
      (request.url === wire.socket ? null : { status: 400, why: 'no socket here' }) ??
      (this.#sockets.clients.size < mostPages ? null : { status: 403, why: 'too many pages at once' })
    if (refusal) {
      this.#tell(request, refusal.why)
      socket.on('error', () => undefined)
      socket.end(`HTTP/1.1 ${refusal.status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
      return
    }
    this.#sockets.handleUpgrade(request, socket, head, (page) => {
      new PageSocket(page, this.#options.lab, (what, why) => {
        this.#log.refused(request.socket.remoteAddress, what, why)
      })
    })
  }

  #refuse(
    request: IncomingMessage,
    response: ServerResponse,
    { status, why }: { status: number; why: string },
  ): void {
    this.#tell(request, why)
    const message =
      status === 401
        ? 'Open Halftone by the address that it printed when it started: the token in it lets you in.'
        : `Refused: ${why}.`
    answerText(response, status, message)
  }

  #tell(request: IncomingMessage, why: string): void {
    // Without the query: it may hold a token.
    this.#log.refused(
      request.socket.remoteAddress,
      `${request.method} ${request.url?.split('?')[0] ?? ''}`,
      why,
    )
  }
}
