import { mkdir, writeFile } from 'node:fs/promises'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { LabClient } from '#node/lab/LabClient'
import { LabServer, type LabServerOptions } from '#server/LabServer'
import { temporaryFolder } from './temporary'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
  readonly text: string
}

export interface Request {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: Uint8Array | string
}

export interface TestServer {
  readonly server: LabServer
  readonly origin: string
  readonly port: number
  readonly token: string
  /** The cookie of who has come in by the token. */
  readonly cookie: string
  readonly uploads: string
  /** Lines that were logged. */
  readonly log: string[]
  /** Sends a path exactly as it is given, with no cookie, origin or host but those given. */
  raw(path: string, request?: Request): Promise<Answer>
  /** As our own page would send it. */
  asPage(path: string, request?: Request): Promise<Answer>
}

type Options = Partial<Omit<LabServerOptions, 'lab' | 'log'>>

/** A real server on a free port of this machine; gone after the test. */
export async function openServer(lab: LabClient, options: Options = {}): Promise<TestServer> {
  const opened = await startServer(lab, await temporaryFolder(), options)
  onTestFinished(() => opened.server.close())
  return opened
}

/** As {@link openServer}, to be closed by who opened it. @param folder for the page and the uploads */
export async function startServer(
  lab: LabClient,
  folder: string,
  options: Options = {},
): Promise<TestServer> {
  const pages = join(folder, 'pages')
  const uploads = options.uploads ?? join(folder, 'uploads')
  await mkdir(join(pages, 'assets'), { recursive: true })
  await writeFile(join(pages, 'index.html'), '<!doctype html><title>page</title>')
  await writeFile(join(pages, 'assets', 'index-AbCd1234.js'), 'export {}')
  await writeFile(join(folder, 'secret.txt'), 'secret')
  const log: string[] = []
  const server = new LabServer({ lab, pages, uploads, ...options, log: (line) => log.push(line) })
  const [url] = await server.open()
  const { port, origin, searchParams } = new URL(url!)
  const raw: TestServer['raw'] = (path, request) => send(Number(port), path, request)
  const token = searchParams.get('token')!
  const entered = await raw(`/?token=${token}`, { headers: { host: `127.0.0.1:${port}` } })
  const cookie = entered.headers['set-cookie']![0]!.split(';')[0]!
  return {
    server,
    origin,
    port: Number(port),
    token,
    cookie,
    uploads,
    log,
    raw,
    asPage: (path, request = {}) =>
      raw(path, {
        ...request,
        headers: { host: `127.0.0.1:${port}`, origin, cookie, ...request.headers },
      }),
  }
}

function send(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: Request = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, path, method, headers, setHost: false, agent: false },
      (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('end', () => {
          const bytes = Buffer.concat(parts)
          resolve({ status: response.statusCode!, headers: response.headers, bytes, text: bytes.toString() })
        })
        response.on('error', reject)
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}
