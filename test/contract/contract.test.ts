import { randomFillSync } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NewExperiment } from '#contract/commands'
import type { ProgressEvent } from '#contract/events'
import type { Job } from '#contract/jobs'
import { findElectron } from '../../bin/find-electron.js'
import { contestants, type Contestant, type OpenContestant } from './contestants'
import { electronItself } from './electronItself'

/** 60 MB whose every part is another. */
const big = randomFillSync(new Uint8Array(60 * 1024 * 1024))

const experiment = (name: string, count: number): NewExperiment => ({
  name,
  images: { kind: 'signs', split: 'test', seed: '1' },
  count,
  seed: '7',
  cases: ['average'],
  prefilter: { confidence: 0.5, searchLimit: count },
  settings: [
    { attack: 'fgsm', params: { epsilon: 8 } },
    { attack: 'bim', params: { epsilon: 32 } },
  ],
  sheets: { paper: 'A4', orientation: 'portrait', imageMm: 50, columns: 1, margin: 10 },
  capture: { kind: 'photos' },
})

const electron = await findElectron(join(import.meta.dirname, '../..'), { mayDownload: false })

describe.each(Object.entries(contestants))('the contract: %s', (_, open) => {
  keepsTo(open)
})

describe('the contract: Electron itself', () => {
  if (electron.path !== undefined) keepsTo((folder, bug) => electronItself(electron.path, folder, bug))
  else {
    it('keeps to it', (context) => {
      context.skip(`Electron cannot be had here: ${electron.reason}`)
    })
  }
})

function keepsTo(open: OpenContestant): void {
  let folder: string
  let on: Contestant
  const send: Contestant['host']['send'] = (name, input) => on.host.send(name, input)
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'halftone-contract-'))
    on = (await open(folder, false))!
  })
  afterAll(async () => {
    await on.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  })

  it('answers a command', async () => {
    const attacks = await send('attack.list', {})
    expect(attacks.map(({ id }) => id)).toContain('fgsm')
  })

  it('is connected', () => {
    const states: string[] = []
    on.host.watchConnection((state) => states.push(state))()
    expect(states).toEqual(['connected'])
  })

  it.each([
    [
      'what the user asks for is not there',
      'experiment.read',
      { experiment: 'nowhere' },
      'not-found',
      /nowhere/,
    ],
    ['input that is none', 'experiment.read', { experiment: '../escape' }, 'invalid-argument', /experiment/],
    ['input of the wrong type', 'generate', { experiment: 7 }, 'invalid-argument', /experiment/],
    ['no input at all', 'generate', null, 'invalid-argument', /generate/],
    ['a command that there is not', 'no.such', {}, 'invalid-argument', /There is no command "no\.such"/],
    ['a command by an inherited name', 'toString', {}, 'invalid-argument', /There is no command "toString"/],
  ])('rejects %s with its code and words', async (_case, name, input, code, message) => {
    await expect(send(name as 'generate', input as never)).rejects.toMatchObject({
      name: 'HostError',
      code,
      message: expect.stringMatching(message) as string,
    })
  })

  it('says of a bug that it is one', async (context) => {
    const buggy = await open(folder, true)
    if (!buggy) return context.skip('no bug can be put into the whole program')
    await expect(buggy.host.send('phone.close', {})).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringMatching(/bug in Halftone[\s\S]*TypeError: oops/) as string,
    })
    await buggy.close()
  })

  it('brings bytes as bytes, both ways', async () => {
    const { picture } = await send('playground.sample', { model: 'embedded', number: 3 })
    expect(picture.rgb).toBeInstanceOf(Uint8Array)
    expect(picture.rgb.length).toBe(picture.width * picture.height * 3)
    const seen = await send('playground.classify', { model: 'embedded', picture, seen: true })
    expect(seen.picture?.rgb).toBeInstanceOf(Uint8Array)
    expect(Buffer.from(seen.picture!.rgb).equals(Buffer.from(picture.rgb))).toBe(true)
  })

  it('tells progress in order, the job while it runs, and the change', async () => {
    const { id } = await send('experiment.create', experiment('Small', 2))
    const progress: ProgressEvent[] = []
    const changed: string[] = []
    const jobs: (readonly Job[])[] = []
    const ends = [
      on.host.listen('progress', (event) => progress.push(event)),
      on.host.listen('changed', (event) => changed.push(event.experiment)),
      on.host.listen('jobs', (event) => jobs.push(event.jobs)),
    ]
    await send('generate', { experiment: id, job: 'small' })
    for (const end of ends) end()
    expect(progress.length).toBeGreaterThan(2)
    expect(new Set(progress.map(({ job }) => job))).toEqual(new Set(['small']))
    const shares = progress.map(({ done, total }) => done / total)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(shares.at(-1)).toBe(1)
    expect(changed).toContain(id)
    expect(
      jobs
        .flat()
        .some(({ job, command, state }) => job === 'small' && command === 'generate' && state === 'running'),
    ).toBe(true)
    expect(await send('job.list', {})).toEqual([])
  })

  it('cancels in the middle of a run', async () => {
    const { id } = await send('experiment.create', experiment('Long', 60))
    const running = send('generate', { experiment: id, job: 'long' })
    const listed = new Promise<readonly Job[]>((resolve) => {
      const end = on.host.listen('progress', ({ done }) => {
        if (done === 0) return
        end()
        void send('job.list', {}).then(async (list) => {
          expect(await send('cancel', { job: 'long' })).toEqual({ running: true })
          resolve(list)
        })
      })
    })
    await expect(running).rejects.toMatchObject({ name: 'HostError', code: 'cancelled' })
    expect(await listed).toMatchObject([
      { job: 'long', command: 'generate', experiment: id, state: 'running' },
    ])
    expect(await send('job.list', {})).toEqual([])
    expect(await send('cancel', { job: 'long' })).toEqual({ running: false })
  })

  it('reads a big file of an experiment, and nothing that is not there', async () => {
    const { id } = await send('experiment.create', experiment('Blobs', 2))
    await on.place({ experiment: id, path: 'photos/größe 100%.bin' }, big)
    const got = await on.read({ experiment: id, path: 'photos/größe 100%.bin' })
    expect(got && Buffer.from(got.buffer, got.byteOffset, got.length).equals(big)).toBe(true)
    expect(await on.read({ experiment: id, path: 'photos/none.bin' })).toBeNull()
    expect(await on.read({ experiment: id, path: '../experiment.json' })).toBeNull()
  })

  it('brings a big file to the lab, and a folder as a folder', async () => {
    const shares: number[] = []
    const files = [new File([big], 'net.onnx'), new File(['stop'], 'labels.txt')]
    const { paths } = await on.host.upload(files, { onProgress: (share) => shares.push(share) })
    expect(paths).toHaveLength(2)
    expect(Buffer.from(await on.uploaded(paths[0]!)).equals(big)).toBe(true)
    expect(Buffer.from(await on.uploaded(paths[1]!)).toString()).toBe('stop')
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(shares.at(-1)).toBe(1)
  })
}
