import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fetchModel, type FetchModelTask } from '#node/onnx/fetchModel'
import {
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
} from '../../../src/core/onnx/gen/onnx_pb'
import { convNetBytes } from '../../support/onnxNets'

const model = Buffer.from(convNetBytes({ channels: 64 }))
const digest = createHash('sha256').update(model).digest('hex')

/** What the server does with a request; by default it serves `model` with ranges and a tag. */
type Answer = (request: IncomingMessage, response: ServerResponse) => void

let server: Server
let base: string
let folder: string
let answers: Answer[]
let ranges: (string | undefined)[]
/** A connection that breaks once the client has all that was sent: what it had not read yet would be lost. */
let open: { readonly until: number; readonly end: () => void } | undefined

function serve(body: Buffer, { cut = Infinity, etag = '"v1"', ranged = true } = {}): Answer {
  return (request, response) => {
    const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]
    const start = ranged && from !== undefined && request.headers['if-range'] === etag ? Number(from) : 0
    if (start > 0 && start >= body.length) {
      response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end()
      return
    }
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': body.length - start,
      ...(etag && { etag }),
      ...(start > 0 && { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` }),
    })
    const part = body.subarray(start, Math.min(body.length, start + cut))
    if (part.length === body.length - start) response.end(part)
    else {
      response.write(part)
      open = { until: start + part.length, end: () => request.socket.destroy() }
    }
  }
}

const status =
  (code: number, body = ''): Answer =>
  (_, response) =>
    void response.writeHead(code).end(body)

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'halftone-fetch-'))
  answers = []
  ranges = []
  open = undefined
  server = createServer((request, response) => {
    ranges.push(request.headers.range)
    const answer = answers.shift() ?? serve(model)
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await rm(folder, { recursive: true, force: true })
})

const get = (options: Partial<FetchModelTask> = {}) =>
  fetchModel({
    onProgress: ({ done }) => {
      if (open && done >= open.until) open.end()
    },
    url: `${base}/nets/small.onnx?download=true`,
    folder,
    pause: () => Promise.resolve(),
    ...options,
  })

describe('fetching a model', () => {
  it('saves it under its name, with its checksum and progress', async () => {
    const seen: { done: number; total: number | null }[] = []
    const fetched = await get({ sha256: digest.toUpperCase(), onProgress: (progress) => seen.push(progress) })
    expect(fetched).toEqual({
      path: join(folder, 'small.onnx'),
      sha256: digest,
      size: model.length,
      kept: 0,
      data: [],
    })
    expect(await readdir(folder)).toEqual(['small.onnx'])
    expect((await readFile(fetched.path)).equals(model)).toBe(true)
    expect(seen.at(-1)).toEqual({ done: model.length, total: model.length })
  })

  it('goes on where a connection broke', async () => {
    answers = [serve(model, { cut: 10_000 }), serve(model, { cut: 20_000 })]
    expect((await get()).sha256).toBe(digest)
    expect(ranges).toEqual([undefined, 'bytes=10000-', 'bytes=30000-'])
  })

  it('goes on in a later call', async () => {
    answers = [serve(model, { cut: 12_345 })]
    await expect(get({ tries: 1 })).rejects.toMatchObject({
      code: 'unreadable-file',
      message: expect.stringMatching(/12345 bytes are kept; fetch it again/) as string,
    })
    expect(await readdir(folder)).not.toContain('small.onnx')
    expect(await get()).toMatchObject({ sha256: digest, kept: 12_345 })
    expect(ranges).toEqual([undefined, 'bytes=12345-'])
  })

  it('begins anew when the file changed meanwhile, or the server knows no ranges', async () => {
    const older = Buffer.from(convNetBytes({ seed: 'older', channels: 64 }))
    answers = [serve(older, { cut: 10_000, etag: '"v0"' })]
    expect((await get()).sha256).toBe(digest)
    await rm(join(folder, 'small.onnx'))
    answers = [serve(model, { cut: 10_000, ranged: false }), serve(model, { ranged: false })]
    expect((await get()).sha256).toBe(digest)
    await rm(join(folder, 'small.onnx'))
    answers = [serve(model, { cut: 10_000, etag: '' }), serve(model, { etag: '' })]
    expect((await get()).sha256).toBe(digest)
    expect(ranges.at(-1)).toBeUndefined()
  })

  it('waits for a busy server, and gives up on a silent one', async () => {
    answers = [status(503), status(429)]
    expect((await get()).sha256).toBe(digest)
    answers = [() => undefined, () => undefined]
    await expect(get({ tries: 2, patience: 50 })).rejects.toThrow(/was silent for 0.05 s/)
  })

  it('gives up on a server that cannot be reached', async () => {
    await expect(get({ url: 'http://127.0.0.1:1/x.onnx', tries: 2 })).rejects.toMatchObject({
      code: 'unreadable-file',
      message: expect.stringMatching(/127\.0\.0\.1:1/) as string,
    })
  })

  const refused: [string, Answer, Partial<FetchModelTask>, RegExp][] = [
    ['nothing there', status(404), {}, /nothing at .*404/],
    ['a login', status(401), {}, /answered 401.*with your browser/s],
    ['another file', serve(model), { sha256: 'a'.repeat(64) }, /expected SHA-256 a{64}, got [0-9a-f]{64}/],
    ['a checksum that is none', serve(model), { sha256: 'abc' }, /64 hexadecimal digits, got "abc"/],
    ['too much, as the server says', serve(model), { mostBytes: 1000 }, /at most 0.0 MB/],
    [
      'too much, though the server does not say',
      (_, response) => response.write(model.subarray(0, 5000)),
      { mostBytes: 1000 },
      /at least 0.0 MB/,
    ],
    ['a web page', status(200, '<!doctype html><p>model'), {}, /web page.*"Raw"/],
    ['a pointer', status(200, 'version https://git-lfs.github.com/spec/v1\n'), {}, /Git LFS's pointer/],
    ['another protocol', status(200), { url: 'file:///etc/hostname' }, /begins with https/],
  ]
  it.each(refused)('refuses %s, and keeps nothing', async (_, answer, options, message) => {
    answers = [answer]
    await expect(get(options)).rejects.toThrow(message)
    expect(await readdir(folder)).toEqual([])
  })

  it('does not write over another file', async () => {
    await writeFile(join(folder, 'small.onnx'), 'mine')
    await expect(get()).rejects.toMatchObject({ code: 'conflict' })
    expect(await readFile(join(folder, 'small.onnx'), 'utf8')).toBe('mine')
  })

  it('ends when it is cancelled, and keeps what it has', async () => {
    const cancel = new AbortController()
    answers = [(_, response) => response.writeHead(200, { etag: '"v1"' }).write(model.subarray(0, 5000))]
    const onProgress = (): void => {
      cancel.abort()
    }
    await expect(get({ signal: cancel.signal, onProgress })).rejects.toMatchObject({ code: 'cancelled' })
    expect(await get()).toMatchObject({ kept: 5000, sha256: digest })
  })

  it('fetches data files from beside the model, and no others', async () => {
    const withData = (location: string): Buffer => {
      const proto = fromBinary(ModelProtoSchema, model)
      const weights = proto.graph!.initializer.find(({ rawData }) => rawData.length > 500)!
      weights.rawData = new Uint8Array()
      weights.dataLocation = TensorProto_DataLocation.EXTERNAL
      weights.externalData = [create(StringStringEntryProtoSchema, { key: 'location', value: location })]
      return Buffer.from(toBinary(ModelProtoSchema, proto))
    }
    const asked: (string | undefined)[] = []
    const data = Buffer.alloc(3000, 7)
    answers = [
      serve(withData('small.onnx_data')),
      (request, response) => {
        asked.push(request.url)
        serve(data)(request, response)
      },
    ]
    const fetched = await get()
    expect(asked).toEqual(['/nets/small.onnx_data?download=true'])
    expect(fetched.data).toEqual(['small.onnx_data'])
    expect((await readFile(join(folder, 'small.onnx_data'))).equals(data)).toBe(true)
    await rm(join(folder, 'small.onnx'))
    answers = [serve(withData('../../secret'))]
    await expect(get()).rejects.toThrow(/in '\.\.\/\.\.\/secret'/)
  })
})
