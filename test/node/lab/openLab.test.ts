import { expect, it } from 'vitest'
import type { NewExperiment } from '#contract/commands'
import type { Job } from '#contract/jobs'
import { openLab } from '#node/lab/openLab'
import { temporaryFolder } from '../../support/temporary'

/** On the embedded model: long enough to be cut off, short enough for a test. */
const experiment: NewExperiment = {
  name: 'x',
  images: { kind: 'signs', split: 'test', seed: '1' },
  count: 4,
  seed: '1',
  cases: ['average'],
  prefilter: { confidence: 0.8, searchLimit: 4 },
  settings: [
    { attack: 'fgsm', params: { epsilon: 8 } },
    { attack: 'bim', params: { epsilon: 16, alpha: 1, steps: 30 } },
  ],
  sheets: { paper: 'A4', orientation: 'portrait', imageMm: null, columns: null },
  capture: { kind: 'simulator', level: 'careful hand', resolution: '12MP', seed: '1' },
}

it('cancelling in the playground costs a running job nothing; a job that the end of the lab cuts off goes on in the next', async () => {
  const folder = await temporaryFolder()
  const phases: string[] = []
  {
    await using opened = openLab({ folder, threads: 1 })
    const { lab } = opened
    expect(await lab.send('experiment.create', experiment)).toMatchObject({ ok: true })
    const second = new Promise<void>((resolve) => {
      lab.listen('progress', ({ job, phase, done }) => {
        if (job !== 'g') return
        phases.push(phase)
        if (done > 1) resolve()
      })
    })
    const work = lab.send('generate', { experiment: 'x', job: 'g' })
    const sample = await lab.send('playground.sample', { model: 'embedded', number: 1 })
    if (!sample.ok) throw new Error(sample.message)
    const stop = lab.listen('progress', ({ job }) => {
      if (job === 'p') void lab.send('cancel', { job: 'p' })
    })
    const attack = { model: 'embedded', attack: 'onePixel', params: {}, seed: '1', job: 'p' }
    const played = await lab.send('playground.attack', { ...attack, picture: sample.value.picture })
    expect(played).toMatchObject({ ok: false, code: 'cancelled' })
    stop()
    await second
    const ended = opened[Symbol.asyncDispose]()
    expect(await work).toMatchObject({ ok: false })
    await ended
  }
  expect(phases[0]).toContain('Fast gradient sign')

  await using opened = openLab({ folder, threads: 1 })
  const { lab } = opened
  const jobs = await lab.send('job.list', {})
  expect(jobs).toMatchObject({ ok: true, value: [{ job: 'g', command: 'generate', state: 'interrupted' }] })
  const done = new Promise<readonly Job[]>((resolve) => {
    lab.listen('jobs', ({ jobs: now }) => {
      if (now.every(({ state }) => state !== 'running')) resolve(now)
    })
  })
  expect(await lab.send('job.resume', { job: 'g' })).toEqual({ ok: true, value: {} })
  expect(await done).toEqual([])
  expect(await lab.send('experiment.read', { experiment: 'x' })).toMatchObject({
    value: { steps: { generated: { done: 2, total: 2 } } },
  })
}, 120_000)
