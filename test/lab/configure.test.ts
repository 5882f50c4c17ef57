import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { NewExperiment } from '#contract/commands'
import type { Experiment, StepName } from '#contract/experiment'
import { fakeLab, smallExperiment as small, type FakeLab } from '../support/fakeLab'
import { hashes } from '../support/tree'

/** As small as an experiment of several sheets can be. */
function smallExperiment(change: Partial<NewExperiment> = {}): NewExperiment {
  return small({ count: 3, cases: ['average'], ...change })
}

async function done(): Promise<FakeLab & { experiment: string; folder: string }> {
  const lab = await fakeLab()
  const { id: experiment } = await lab.send('experiment.create', smallExperiment())
  await lab.send('run', { experiment, study: 1 })
  return { ...lab, experiment, folder: join(lab.root, experiment) }
}

function doneSteps({ steps }: Experiment): StepName[] {
  return (Object.keys(steps) as StepName[]).filter((step) => steps[step].done > 0)
}

const all: StepName[] = ['generated', 'printed', 'captured', 'scored', 'studied', 'reported']

describe('an experiment that is configured anew', () => {
  it('keeps everything when only its name is another, and its folder', async () => {
    const lab = await done()
    const before = await hashes(lab.folder, 'images', 'sheets', 'crops', 'results')
    const changed = await lab.send('experiment.configure', {
      experiment: lab.experiment,
      name: '  New name ',
    })
    expect(changed).toMatchObject({ id: 'try-one', name: 'New name' })
    expect(doneSteps(changed)).toEqual(all)
    expect(await hashes(lab.folder, 'images', 'sheets', 'crops', 'results')).toEqual(before)
  })

  it('keeps everything when what it is given is what it has', async () => {
    const lab = await done()
    const { settings, sheets, capture } = smallExperiment()
    const input = { experiment: lab.experiment, settings, sheets, capture }
    expect(doneSteps(await lab.send('experiment.configure', input))).toEqual(all)
  })

  it('loses the images of settings that are left out, and all that was made of them', async () => {
    const lab = await done()
    const { experiment } = lab
    const settings = [smallExperiment().settings[1]!, { attack: 'fgsm', params: { epsilon: 8 } }]
    const changed = await lab.send('experiment.configure', { experiment, settings })
    expect(changed.settings.map(({ id }) => id)).toEqual(['bim-eps16', 'fgsm-eps8'])
    expect(changed.steps.generated).toMatchObject({ done: 1, total: 2 })
    expect(doneSteps(changed)).toEqual(['generated'])
    expect((await readdir(lab.folder)).sort()).toEqual(['experiment.json', 'images', 'results'])
    expect(await readdir(join(lab.folder, 'results'))).toEqual([])
    await lab.send('run', { experiment, study: 1 })

    // What comes of it is what comes of an experiment that was made so.
    const fresh = await fakeLab()
    const { id } = await fresh.send('experiment.create', smallExperiment({ settings }))
    await fresh.send('run', { experiment: id, study: 1 })
    const parts = ['images', 'sheets', 'photos', 'crops', 'results']
    expect(await hashes(lab.folder, ...parts)).toEqual(await hashes(join(fresh.root, id), ...parts))
  })

  it('keeps the study when the strongest setting of each attack stays', async () => {
    const lab = await done()
    const weaker = { attack: 'fgsm', params: { epsilon: 2 } }
    const settings = [...smallExperiment().settings, weaker]
    const changed = await lab.send('experiment.configure', { experiment: lab.experiment, settings })
    expect(doneSteps(changed)).toEqual(['generated', 'studied'])
    expect(changed.steps.generated).toMatchObject({ done: 2, total: 3 })
    expect(await readdir(join(lab.folder, 'results'))).toEqual(['study.csv', 'study.json'])
  })

  it('loses its sheets, photos and results with another layout, and keeps its images', async () => {
    const lab = await done()
    const { experiment } = lab
    const sheets = { ...smallExperiment().sheets, paper: 'Letter' as const }
    const changed = await lab.send('experiment.configure', { experiment, sheets })
    expect(doneSteps(changed)).toEqual(['generated', 'studied'])
    expect((await readdir(lab.folder)).sort()).toEqual(['experiment.json', 'images', 'results'])
  })

  it('loses its photos with another simulated camera, and keeps its printed sheets', async () => {
    const lab = await done()
    const { experiment } = lab
    const capture = { ...smallExperiment().capture, seed: 'other' } as const
    const changed = await lab.send('experiment.configure', { experiment, capture })
    expect(doneSteps(changed)).toEqual(['generated', 'printed', 'studied'])
    expect((await readdir(lab.folder)).sort()).toEqual(['experiment.json', 'images', 'results', 'sheets'])
    const photos = await lab.send('experiment.configure', { experiment, capture: { kind: 'photos' } })
    expect(photos.capture).toEqual({ kind: 'photos' })
  })

  it('is left as it is when a part of the change cannot be', async () => {
    const lab = await done()
    const { experiment } = lab
    const bad = [
      [{ settings: [{ attack: 'nonsense', params: {} }] }, 'not-found'],
      [{ name: 'x', sheets: { ...smallExperiment().sheets, imageMm: 400 } }, 'does-not-fit'],
      [
        { capture: { kind: 'simulator', level: 'gentle', resolution: '12MP', seed: '1' } },
        'invalid-argument',
      ],
      [{ name: '' }, 'invalid-argument'],
    ] as const
    for (const [change, code] of bad) {
      const input = { experiment, ...(change as object) }
      await expect(lab.send('experiment.configure', input)).rejects.toMatchObject({ code })
    }
    const { name, steps } = await lab.send('experiment.read', { experiment })
    expect(name).toBe('Try one')
    expect(steps.reported.done).toBe(1)
  })
})
