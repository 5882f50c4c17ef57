import { readdir } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { fakeLab, smallExperiment } from '../support/fakeLab'

it('an experiment that is removed can be had back, with all that is in it', async () => {
  const lab = await fakeLab()
  const { id: experiment } = await lab.send('experiment.create', smallExperiment())
  await lab.send('study', { experiment, count: 2 })
  const before = await lab.send('experiment.read', { experiment })
  const changed: string[] = []
  lab.lab.listen('changed', (event) => changed.push(event.experiment))
  const { trashed } = await lab.send('experiment.remove', { experiment })
  expect(trashed).toBe('try-one-1')
  expect(await lab.send('experiment.list', {})).toEqual([])
  await expect(lab.send('experiment.read', { experiment })).rejects.toMatchObject({ code: 'not-found' })
  expect(await lab.send('experiment.restore', { trashed })).toEqual(before)
  expect(await lab.send('experiment.list', {})).toHaveLength(1)
  expect(changed).toEqual([experiment, experiment])
  // Nothing holds it, and its hidden folder is no experiment.
  await lab.send('study', { experiment, count: 2 })
  expect(await readdir(lab.root)).toEqual(['.halftone', 'try-one'])
  await expect(lab.send('experiment.restore', { trashed })).rejects.toMatchObject({ code: 'not-found' })
})

it('several of one name lie in the trash side by side; one whose name is taken again stays there', async () => {
  const lab = await fakeLab()
  const names: string[] = []
  for (let i = 0; i < 2; i++) {
    const { id } = await lab.send('experiment.create', smallExperiment({ seed: String(i) }))
    names.push((await lab.send('experiment.remove', { experiment: id })).trashed)
  }
  expect(names).toEqual(['try-one-1', 'try-one-2'])
  expect((await lab.send('experiment.restore', { trashed: 'try-one-2' })).seed).toBe('1')
  await expect(lab.send('experiment.restore', { trashed: 'try-one-1' })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('already an experiment "try-one"') as string,
  })
  await lab.send('experiment.remove', { experiment: 'try-one' })
  expect((await lab.send('experiment.restore', { trashed: 'try-one-1' })).seed).toBe('0')
})

it.each(['../try-one-1', 'try-one', '..', 'a/b-1', '.halftone-1', ''])(
  'nothing is restored by the name %j',
  async (trashed) => {
    const lab = await fakeLab()
    await lab.send('experiment.create', smallExperiment())
    await expect(lab.send('experiment.restore', { trashed })).rejects.toMatchObject({ code: 'not-found' })
  },
)

it('an experiment is not removed while work on it is under way, here or in another program', async () => {
  const lab = await fakeLab()
  const { id: experiment } = await lab.send('experiment.create', smallExperiment())
  const work = lab.send('study', { experiment, count: 2 })
  await expect(lab.send('experiment.remove', { experiment })).rejects.toMatchObject({ code: 'conflict' })
  await work
  const writer = await lab.ports.store.edit(experiment)
  await expect(lab.send('experiment.remove', { experiment })).rejects.toMatchObject({ code: 'conflict' })
  await writer[Symbol.asyncDispose]()
  await lab.send('experiment.remove', { experiment })
})
