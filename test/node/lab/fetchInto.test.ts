import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { ProgressEvent } from '#contract/events'
import { writeModel } from '#core/onnx/writeModel'
import { fakeLab } from '../../support/fakeLab'
import { convNet } from '../../support/onnxNets'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

async function serving(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

it('a model comes from an address onto the shelf, with progress in bytes; a newer one beside it', async () => {
  const lab = await fakeLab()
  let model = writeModel(convNet())
  const url = `${await serving((_, response) => response.end(model))}/net.onnx`
  const events: ProgressEvent[] = []
  lab.lab.listen('progress', (event) => events.push(event))
  const paths: string[] = []
  for (const seed of ['one', 'two']) {
    model = writeModel(convNet({ seed }))
    lab.engine.sha256 = sha256(model)
    const added = await lab.send('model.fetch', { url, sha256: sha256(model), job: 'f' })
    expect(added).toMatchObject({ id: sha256(model), problem: null, size: model.length })
    expect(added.path).toContain(join(lab.root, '.halftone', 'models'))
    expect(sha256(await readFile(added.path!))).toBe(sha256(model))
    paths.push(added.path!)
  }
  expect(new Set(paths).size).toBe(2)
  expect(events.at(-1)).toMatchObject({ job: 'f', phase: 'bytes fetched', done: model.length })
  expect(await lab.send('model.list', {})).toHaveLength(3)
  expect(await lab.send('job.list', {})).toEqual([])
})

it('a fetch that is cancelled keeps what it has, and one that fails is listed and can be resumed', async () => {
  const lab = await fakeLab()
  const model = writeModel(convNet({ channels: 64 }))
  lab.engine.sha256 = sha256(model)
  let stall = true
  const asked: (string | undefined)[] = []
  const url = `${await serving((request, response) => {
    asked.push(request.headers.range)
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    const head = { etag: '"v1"', 'content-length': String(model.length - from) }
    if (from > 0) {
      response.writeHead(206, {
        ...head,
        'content-range': `bytes ${from}-${model.length - 1}/${model.length}`,
      })
    } else response.writeHead(200, head)
    if (stall) response.write(model.subarray(from, model.length / 2))
    else response.end(model.subarray(from))
  })}/net.onnx`
  const stop = lab.lab.listen('progress', () => void lab.send('cancel', { job: 'f' }))
  expect(await lab.lab.send('model.fetch', { url, job: 'f' })).toMatchObject({ ok: false, code: 'cancelled' })
  stop()
  stall = false
  await lab.send('model.fetch', { url })
  expect(asked[0]).toBeUndefined()
  expect(asked[1]).toMatch(/^bytes=[1-9]\d*-$/)

  const wrong = { url, sha256: '0'.repeat(64), job: 'g' }
  expect(await lab.lab.send('model.fetch', wrong)).toMatchObject({ ok: false, code: 'unreadable-file' })
  expect(await lab.send('job.list', {})).toMatchObject([
    { job: 'g', command: 'model.fetch', state: 'failed' },
  ])
  await lab.send('job.dismiss', { job: 'g' })
})
