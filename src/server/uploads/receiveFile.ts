import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, statfs } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { dirname } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Failure } from '#contract/reply'

/** What must stay free on the disk, in bytes. */
const reserve = 64 * 1024 * 1024

/** A file that could not be received, and why. */
export class UploadFailure extends Error {
  readonly failure: Failure

  constructor(code: 'too-large' | 'not-found' | 'invalid-argument' | 'storage' | 'broken', message: string) {
    super(message)
    this.failure = { ok: false, code, message }
  }
}

export interface ReceiveOptions {
  /** Most bytes. */
  readonly limit: number
  /** How long the sender may be silent, in ms. */
  readonly silence: number
  /**
   * Goes on with a part that was left by an earlier call, at this byte. Where it is given, a broken file's part stays for
   * the next call.
   */
  readonly from?: number
  /** Told how many bytes of the file there are. */
  readonly onBytes?: (received: number) => void
}

/**
 * Writes a request's body to a file. The file appears under its name once it is whole; of a broken one nothing stays.
 *
 * @returns its size in bytes
 * @throws UploadFailure
 */
export async function receiveFile(
  request: IncomingMessage,
  path: string,
  { limit, silence, from, onBytes }: ReceiveOptions,
): Promise<number> {
  const tooLarge = (): UploadFailure =>
    new UploadFailure('too-large', `Expected a file of at most ${megabytes(limit)}, got a larger one.`)
  const announced = (from ?? 0) + Number(request.headers['content-length'] ?? 0)
  if (announced > limit) throw tooLarge()
  const part = `${path}.part`
  let received = from ?? 0
  const counter = new Transform({
    transform(chunk: Buffer, _, done) {
      received += chunk.length
      if (received > limit) {
        done(tooLarge())
        return
      }
      onBytes?.(received)
      done(null, chunk)
    },
  })
  request.setTimeout(silence, () => {
    request.destroy(new UploadFailure('broken', `Nothing came for ${silence / 1000} s.`))
  })
  try {
    await mkdir(dirname(path), { recursive: true })
    const { bavail, bsize } = await statfs(dirname(path))
    if (announced + reserve > bavail * bsize) {
      throw new UploadFailure(
        'storage',
        `The file needs ${megabytes(announced)}, and the disk of the lab has ${megabytes(bavail * bsize)} left.`,
      )
    }
    await pipeline(request, counter, createWriteStream(part, from ? { flags: 'r+', start: from } : {}))
    await rename(part, path)
    return received
  } catch (error) {
    const failure = asFailure(error)
    const goesOn = from !== undefined && failure.failure.code === 'broken'
    if (!goesOn) await rm(part, { force: true }).catch(() => undefined)
    throw failure
  } finally {
    request.setTimeout(0)
  }
}

function asFailure(error: unknown): UploadFailure {
  if (error instanceof UploadFailure) return error
  const { code = '', message } = error as NodeJS.ErrnoException
  if (['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR'].includes(code)) {
    return new UploadFailure('broken', 'The connection broke before the file was whole.')
  }
  return new UploadFailure('storage', `The file could not be written on the lab's machine: ${message}`)
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024).toLocaleString('en-GB')} MB`
}
