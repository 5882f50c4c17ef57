import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rm, stat, writeFile, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { HalftoneError } from '#core/errors'

export interface FetchOptions {
  readonly signal?: AbortSignal | undefined
  /** Bytes on disk, and of all where the server says it. */
  readonly onProgress?:
    ((progress: { readonly done: number; readonly total: number | null }) => void) | undefined
  /** More bytes than this are refused, as soon as the server says it or sends them. */
  readonly mostBytes?: number
  /** Tries in a row that bring nothing new before it is given up. */
  readonly tries?: number
  /** A server that is silent for so long, in ms, counts as gone. */
  readonly patience?: number
  /** Waits before the next try; `attempt` counts from 1. */
  readonly pause?: (attempt: number) => Promise<void>
}

export interface FetchedFile {
  /** SHA-256, in hex. */
  readonly sha256: string
  readonly size: number
  /** Bytes that were there from an earlier try. */
  readonly kept: number
}

/** What is known of a half-fetched file: without a mark of its version it cannot be told from another. */
const stateSchema = z.object({ url: z.string(), version: z.string() })

/** A broken connection, as opposed to a server that refuses. */
class Broken extends Error {}

/**
 * Fetches a file to `path`, through `path`.part: where a connection breaks it goes on there, also in a later call, as long as
 * the server still has the same version of the file (ETag or date, with If-Range). What is complete gets its name.
 * @throws HalftoneError `invalid-argument` for what is no http(s) address, `not-found`, `unreadable-file` for a server that
 *   refuses or cannot be reached, `does-not-fit` above `mostBytes`, `cancelled`
 */
export async function fetchFile(url: string, path: string, options: FetchOptions = {}): Promise<FetchedFile> {
  const { signal, tries = 5, pause = growingPause } = options
  checkUrl(url)
  await mkdir(dirname(path), { recursive: true })
  const part = `${path}.part`
  const kept = await keptBytes(url, part)
  for (let attempt = 1, best = kept; ; attempt++) {
    try {
      await goOn(url, part, options)
      break
    } catch (error) {
      if (signal?.aborted)
        throw new HalftoneError('cancelled', 'Cancelled. What was fetched is kept, to go on from.')
      if (!(error instanceof Broken)) {
        await forgetPart(path)
        throw error
      }
      const size = await sizeOf(part)
      if (size > best) [best, attempt] = [size, 1]
      if (attempt >= tries) {
        throw new HalftoneError(
          'unreadable-file',
          `${url} could not be fetched: ${error.message}. ${size} bytes are kept; fetch it again to go on from there.`,
          { cause: error },
        )
      }
      await pause(attempt)
    }
  }
  return { ...(await digest(part)), kept }
}

/** Takes what {@link fetchFile} left half done away. */
export async function forgetPart(path: string): Promise<void> {
  await rm(`${path}.part`, { force: true })
  await rm(`${path}.part.json`, { force: true })
}

function checkUrl(url: string): void {
  const protocol = URL.canParse(url) ? new URL(url).protocol : ''
  if (protocol === 'http:' || protocol === 'https:') return
  throw new HalftoneError(
    'invalid-argument',
    `Expected an address that begins with https:// or http://, got "${url}".`,
  )
}

const growingPause = (attempt: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.min(500 * 2 ** attempt, 15_000)))

async function keptBytes(url: string, part: string): Promise<number> {
  const state = await readState(part)
  if (state?.url === url) return await sizeOf(part)
  await rm(part, { force: true })
  await rm(`${part}.json`, { force: true })
  return 0
}

async function readState(part: string): Promise<z.infer<typeof stateSchema> | null> {
  try {
    return stateSchema.parse(JSON.parse(await readFile(`${part}.json`, 'utf8')))
  } catch {
    return null
  }
}

async function sizeOf(path: string): Promise<number> {
  return await stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}

/** One request for what is still missing. */
async function goOn(url: string, part: string, options: FetchOptions): Promise<void> {
  const { signal, patience = 60_000 } = options
  const silence = new AbortController()
  let timer = setTimeout(() => {
    silence.abort()
  }, patience)
  const stop = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal
  try {
    const state = await readState(part)
    const from = state ? await sizeOf(part) : 0
    const headers: Record<string, string> = { 'accept-encoding': 'identity' }
    if (state && from > 0) Object.assign(headers, { range: `bytes=${from}-`, 'if-range': state.version })
    const response = await fetch(url, { headers, signal: stop })
    const start = await startOf(response, url, from)
    if (start === 'complete') return
    if (start === 'again') {
      await rm(part, { force: true })
      throw new Broken('the file changed on the server')
    }
    const total = totalOf(response, start)
    checkSize(url, total, options)
    await remember(response, url, part)
    await using file = await open(part, start === 0 ? 'w' : 'r+')
    let done = start
    for await (const chunk of bodyOf(response)) {
      clearTimeout(timer)
      timer = setTimeout(() => {
        silence.abort()
      }, patience)
      checkSize(url, done + chunk.length, options)
      await writeAll(file, chunk, done)
      done += chunk.length
      options.onProgress?.({ done, total })
    }
    if (total !== null && done !== total) throw new Broken(`the connection broke at byte ${done} of ${total}`)
  } catch (error) {
    if (error instanceof HalftoneError || error instanceof Broken || signal?.aborted) throw error
    throw new Broken(
      silence.signal.aborted ? `the server was silent for ${patience / 1000} s` : reasonOf(error),
    )
  } finally {
    clearTimeout(timer)
  }
}

/** Where the body of an answer begins in the file. */
async function startOf(
  response: Response,
  url: string,
  from: number,
): Promise<number | 'complete' | 'again'> {
  const { status } = response
  if (status === 200) return 0
  if (status === 206) {
    const start = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1]
    if (Number(start) === from) return from
  }
  await response.body?.cancel()
  if (status === 416) {
    const whole = /\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1]
    return whole !== undefined && Number(whole) === from ? 'complete' : 'again'
  }
  if (status === 206) return 'again'
  if (status === 404 || status === 410) {
    throw new HalftoneError('not-found', `There is nothing at ${url} (the server answered ${status}).`)
  }
  if (status === 429 || status >= 500) throw new Broken(`the server answered ${status}`)
  throw new HalftoneError(
    'unreadable-file',
    `${url} could not be fetched: the server answered ${status} ${response.statusText}. It may ask for a login; fetch the ` +
      'file with your browser, and add it from there.',
  )
}

function totalOf(response: Response, start: number): number | null {
  const length = response.headers.get('content-length')
  // A server that compresses all the same tells the length of what it sends, not of the file.
  if (length === null || response.headers.has('content-encoding')) return null
  return start + Number(length)
}

function checkSize(url: string, size: number | null, { mostBytes = Infinity }: FetchOptions): void {
  if (size === null || size <= mostBytes) return
  const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
  throw new HalftoneError(
    'does-not-fit',
    `${url} has at least ${mb(size)}; at most ${mb(mostBytes)} are fetched. Raise the limit if that is the file you want.`,
  )
}

async function remember(response: Response, url: string, part: string): Promise<void> {
  const tag = response.headers.get('etag')
  // A weak tag does not promise the same bytes (RFC 9110, 13.1.5).
  const version = tag && !tag.startsWith('W/') ? tag : response.headers.get('last-modified')
  if (version === null) await rm(`${part}.json`, { force: true })
  else await writeFile(`${part}.json`, JSON.stringify({ url, version }))
}

async function* bodyOf(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader()
  if (!reader) return
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value as Uint8Array
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array, at: number): Promise<void> {
  for (let written = 0; written < chunk.length;) {
    written += (await file.write(chunk, written, chunk.length - written, at + written)).bytesWritten
  }
}

async function digest(path: string): Promise<{ readonly sha256: string; readonly size: number }> {
  const hash = createHash('sha256')
  await using file = await open(path)
  const block = Buffer.alloc(1 << 20)
  let size = 0
  for (;;) {
    const { bytesRead } = await file.read(block, 0, block.length, size)
    if (bytesRead === 0) return { sha256: hash.digest('hex'), size }
    hash.update(block.subarray(0, bytesRead))
    size += bytesRead
  }
}

/** Node's fetch says "fetch failed" and keeps the reason as the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message
}
