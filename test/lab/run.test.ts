import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { ProgressEvent } from '#contract/events'
import { HalftoneError } from '#core/errors'
import { fakeLab, fakePhoto, smallExperiment } from '../support/fakeLab'
import { hashes } from '../support/tree'
import { writeFile } from 'node:fs/promises'

it('goes from a new experiment to its report in one job, with one progress and the same bytes as step by step', async () => {
  const lab = await fakeLab()
  const { id: experiment } = await lab.send('experiment.create', smallExperiment())
  const events: ProgressEvent[] = []
  lab.lab.listen('progress', (event) => events.push(event))
  expect(await lab.send('run', { experiment, study: 2, job: 'all' })).toEqual({ file: 'report.pdf' })
  expect(new Set(events.map(({ job, total }) => `${job} ${total}`)).size).toBe(1)
  const done = events.map((event) => event.done)
  expect(done).toEqual([...done].sort((a, b) => a - b))
  expect(done.at(-1)).toBe(events[0]!.total)
  const titles = [...new Set(events.map(({ phase }) => phase.split(':')[0]))]
  expect(titles).toEqual([
    'adversarial images',
    'sheets',
    'print, photo and crop',
    'scores',
    'transformation study',
    'report',
  ])

  const other = await fakeLab()
  const { id } = await other.send('experiment.create', smallExperiment())
  for (const step of ['generate', 'sheets', 'simulate', 'score'] as const)
    await other.send(step, { experiment: id })
  await other.send('study', { experiment: id, count: 2 })
  await other.send('report', { experiment: id })
  const parts = ['images', 'sheets', 'photos', 'crops', 'results']
  expect(await hashes(join(lab.root, experiment), ...parts)).toEqual(
    await hashes(join(other.root, id), ...parts),
  )
})

it('passes over what is done, and goes on after a failure', async () => {
  const lab = await fakeLab()
  const { id: experiment } = await lab.send('experiment.create', smallExperiment())
  await lab.send('generate', { experiment })
  await lab.send('sheets', { experiment })
  lab.engine.attacks.length = 0
  lab.trouble.set(0, { fails: new HalftoneError('storage', 'The disk is full.') })
  await expect(lab.send('run', { experiment, study: 0 })).rejects.toMatchObject({ code: 'storage' })
  lab.trouble.clear()
  await lab.send('run', { experiment, study: 0 })
  const { steps } = await lab.send('experiment.read', { experiment })
  expect(steps).toMatchObject({ reported: { done: 1 }, studied: { done: 0 } })
  expect(lab.engine.attacks).toEqual([])
  const reports = lab.reports.length
  await lab.send('run', { experiment, study: 0 })
  expect(lab.reports.length).toBe(reports)
})

it('takes real photos as they are: none are replaced by simulated ones', async () => {
  const lab = await fakeLab()
  const { id: experiment } = await lab.send('experiment.create', smallExperiment())
  await lab.send('generate', { experiment })
  await lab.send('sheets', { experiment })
  const photo = join(lab.root, '..', 'a.jpg')
  await writeFile(photo, fakePhoto(0, 'x'))
  await lab.send('import', { experiment, paths: [photo] })
  await lab.send('run', { experiment, study: 0 })
  const { capture, steps } = await lab.send('experiment.read', { experiment })
  expect(capture.kind).toBe('photos')
  expect(steps.captured.done).toBe(1)
  expect(lab.photographed).toEqual([])
})
