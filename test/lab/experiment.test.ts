import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { generatedSchema, imageListSchema, sheetListSchema } from '#contract/steps'
import { HalftoneError } from '#core/errors'
import { fakeLab, smallExperiment, type FakeLab } from '../support/fakeLab'
import { hashes } from '../support/tree'

/** A new experiment, and how far it is to be brought. */
async function made(
  upTo: 'new' | 'generate' | 'sheets' | 'simulate' | 'report' = 'new',
  root?: string,
): Promise<FakeLab & { id: string; folder: string }> {
  const lab = await fakeLab(root)
  const { id } = await lab.send('experiment.create', smallExperiment())
  const steps = ['generate', 'sheets', 'simulate', 'score', 'report'] as const
  const last = upTo === 'new' ? -1 : steps.indexOf(upTo)
  for (const step of steps.slice(0, last + 1)) await lab.send(step, { experiment: id })
  return { ...lab, id, folder: join(lab.root, id) }
}

async function json<T>(folder: string, path: string, schema: { parse(value: unknown): T }): Promise<T> {
  return schema.parse(JSON.parse(await readFile(join(folder, path), 'utf8')))
}

describe('an experiment from the first step to the last', () => {
  it('leaves a folder that a person can open and understand', async () => {
    const lab = await made('report')
    expect((await readdir(lab.folder)).sort()).toEqual([
      'crops',
      'experiment.json',
      'images',
      'photos',
      'report.pdf',
      'results',
      'sheets',
    ])
    expect((await readdir(join(lab.folder, 'images'))).sort()).toEqual([
      'bim-eps16',
      'clean',
      'fgsm-eps32',
      'images.json',
    ])
    expect((await readdir(join(lab.folder, 'results'))).sort()).toEqual([
      'accuracy.csv',
      'destruction.csv',
      'images.csv',
      'images.json',
      'scores.json',
    ])
    const experiment = await lab.send('experiment.read', { experiment: lab.id })
    expect(experiment.steps).toMatchObject({
      generated: { done: 2, total: 2 },
      printed: { done: 1 },
      scored: { done: 1 },
      studied: { done: 0 },
      reported: { done: 1 },
    })
    expect(experiment.steps.captured.done).toBe(experiment.steps.captured.total)
    expect(lab.reports[0]?.scores).toHaveLength(2 * 2 * 4)
    expect(lab.reports[0]?.examples.length).toBeGreaterThan(0)
    expect(lab.reports[0]?.commands[0]).toMatch(
      /^halftone new 'Try one' .*--methods fgsm,bim --epsilons 32,16/,
    )
  })

  it('made again with the same seed gives the same bytes; results carry no time', async () => {
    const one = await made('report')
    const two = await made('report')
    const parts = ['images', 'sheets', 'photos', 'crops', 'results']
    expect(await hashes(one.folder, ...parts)).toEqual(await hashes(two.folder, ...parts))
  })

  it('refuses a step whose turn has not come, naming the command that comes first', async () => {
    const lab = await made()
    const { id: experiment } = lab
    for (const [step, first] of [
      ['sheets', 'generate'],
      ['simulate', 'sheets'],
      ['score', 'simulate'],
      ['report', 'score'],
    ] as const) {
      await expect(lab.send(step, { experiment })).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining(`halftone ${first}`) as string,
      })
    }
  })

  it('takes a name that is taken with a number after it', async () => {
    const lab = await made()
    const ids = [lab.id]
    for (let i = 0; i < 2; i++) ids.push((await lab.send('experiment.create', smallExperiment())).id)
    expect(ids).toEqual(['try-one', 'try-one-2', 'try-one-3'])
  })

  it('is refused before anything is made when a setting, a page or a parameter cannot be', async () => {
    const lab = await fakeLab()
    const sheets = { paper: 'A4', orientation: 'portrait', imageMm: 400, columns: null } as const
    const bad = [
      [{ settings: [{ attack: 'nonsense', params: {} }] }, 'not-found'],
      [{ settings: [{ attack: 'fgsm', params: { epsilon: -1 } }] }, 'invalid-argument'],
      [{ settings: [{ attack: 'fgsm', params: { alpha: 1 } }] }, 'invalid-argument'],
      [{ settings: [smallExperiment().settings[0]!, smallExperiment().settings[0]!] }, 'invalid-argument'],
      [{ sheets }, 'does-not-fit'],
      [{ count: 0 }, 'invalid-argument'],
    ] as const
    for (const [change, code] of bad) {
      const input = smallExperiment(change as Partial<ReturnType<typeof smallExperiment>>)
      await expect(lab.send('experiment.create', input)).rejects.toMatchObject({ code })
    }
    expect(await lab.send('experiment.list', {})).toEqual([])
  })
})

describe('generate', () => {
  it('takes the first images for the average case, and passes over and lists what cannot be read', async () => {
    const lab = await made('generate')
    const { cases } = await json(lab.folder, 'images/fgsm-eps32/setting.json', generatedSchema)
    // Picture 3 is broken.
    expect(cases.average).toEqual({ images: [0, 1, 2, 4, 5, 6], wanted: 6, searched: 6 })
    const list = await json(lab.folder, 'images/images.json', imageListSchema)
    expect(list.refused).toEqual([
      { file: 'notes.txt', reason: 'It is no picture.' },
      { file: 'broken.png', reason: 'It is cut short.' },
    ])
  })

  it('finds prefiltered images that are surely right clean and surely wrong adversarial, and no others', async () => {
    const lab = await made('generate')
    const { images: clean } = await json(lab.folder, 'images/images.json', imageListSchema)
    let found = 0
    for (const setting of ['fgsm-eps32', 'bim-eps16']) {
      const { cases, images } = await json(lab.folder, `images/${setting}/setting.json`, generatedSchema)
      const sure = images.filter(({ image, prediction }) => {
        const before = clean.find((record) => record.image === image)!.prediction
        const wrong = !prediction.top1 && prediction.top[0]!.confidence > 0.5
        return before.top1 && before.trueConfidence > 0.5 && wrong
      })
      expect(cases.prefiltered!.images).toEqual(sure.map(({ image }) => image))
      found += sure.length
      // Whoever serves both cases stands in the list once.
      expect(new Set(images.map(({ image }) => image)).size).toBe(images.length)
    }
    expect(found).toBeGreaterThan(0)
  })

  it('says when too few prefiltered images were found within the limit', async () => {
    const lab = await fakeLab()
    const input = smallExperiment({ prefilter: { confidence: 0.9999, searchLimit: 20 } })
    const { id } = await lab.send('experiment.create', input)
    const { settings } = await lab.send('generate', { experiment: id })
    expect(settings[0]!.cases.prefiltered).toEqual({ found: 0, wanted: 6, searched: 20 })
    expect(lab.notices[0]).toContain('only 0 of 6 prefiltered images were found among 20')
  })

  it('goes on where it stopped, and ends with the same bytes as a run in one go', async () => {
    const whole = await made('generate')
    const cut = await made()
    const experiment = cut.id
    cut.engine.failure = undefined
    await cut.send('generate', { experiment, settings: ['fgsm-eps32'] })
    expect((await cut.send('experiment.read', { experiment })).steps.generated).toMatchObject({
      done: 1,
      total: 2,
    })
    cut.engine.failure = new HalftoneError('engine-lost', 'The engine stopped.')
    await expect(cut.send('generate', { experiment })).rejects.toMatchObject({ code: 'engine-lost' })
    cut.engine.attacks.length = 0
    await cut.send('generate', { experiment })
    expect(new Set(cut.engine.attacks)).toEqual(new Set(['bim-16']))
    expect(await hashes(cut.folder, 'images')).toEqual(await hashes(whole.folder, 'images'))
    cut.engine.attacks.length = 0
    await cut.send('generate', { experiment })
    expect(cut.engine.attacks).toEqual([])
  })

  it('made again puts back what was lost or changed', async () => {
    const lab = await made('simulate')
    const before = await hashes(lab.folder, 'images')
    await rm(join(lab.folder, 'images', 'clean'), { recursive: true })
    await lab.send('generate', { experiment: lab.id, again: true })
    expect(await hashes(lab.folder, 'images')).toEqual(before)
    const { steps } = await lab.send('experiment.read', { experiment: lab.id })
    expect(steps.printed.done).toBe(0)
    // The sheets come out the same, so what was captured of them stays good.
    await lab.send('sheets', { experiment: lab.id })
    const after = await lab.send('experiment.read', { experiment: lab.id })
    expect(after.steps.captured.done).toBe(after.steps.captured.total)
  })

  it('refuses a model file that is not the one of the experiment', async () => {
    const lab = await made()
    lab.engine.sha256 = 'b'.repeat(64)
    await expect(lab.send('generate', { experiment: lab.id })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('SHA-256 aaaaaaaaaaaa') as string,
    })
  })

  it('names the settings there are when another is asked for', async () => {
    const lab = await made()
    const input = { experiment: lab.id, settings: ['fgsm-eps3'] }
    await expect(lab.send('generate', input)).rejects.toThrow(
      /has no setting "fgsm-eps3".*fgsm-eps32, bim-eps16/,
    )
  })
})

describe('simulate', () => {
  it('tells which sheets were refused, keeps the others, and tries only those again', async () => {
    const lab = await made('sheets')
    const experiment = lab.id
    const { sheets } = await json(lab.folder, 'sheets/sheets.json', sheetListSchema)
    expect(sheets.length).toBeGreaterThan(1)
    lab.trouble.set(1, { refused: 'No sheet was found.' })
    const first = await lab.send('simulate', { experiment })
    expect(first).toMatchObject({ captured: sheets.length - 1, sheets: sheets.length })
    const refused = { file: 'photos/sheet-002.jpg', reason: 'No sheet was found.' }
    expect(first.refused).toMatchObject([refused])
    expect(first.photos).toEqual([{ ...refused, sheets: [] }])
    await lab.send('score', { experiment })
    expect(lab.notices).toContain('Scored without sheet 2: no photo gave their crops.')

    lab.trouble.clear()
    lab.photographed.length = 0
    expect(await lab.send('simulate', { experiment })).toMatchObject({ captured: sheets.length, refused: [] })
    expect(lab.photographed).toEqual([1])
  })

  it('keeps the sheets that were done when the camera fails', async () => {
    const lab = await made('sheets')
    lab.trouble.set(1, { fails: new HalftoneError('storage', 'The disk is full.') })
    await expect(lab.send('simulate', { experiment: lab.id })).rejects.toMatchObject({ code: 'storage' })
    expect((await lab.send('experiment.read', { experiment: lab.id })).steps.captured.done).toBeGreaterThan(0)
  })

  it('takes all photos anew with another seed, level or resolution', async () => {
    const lab = await made('simulate')
    lab.photographed.length = 0
    await lab.send('simulate', { experiment: lab.id })
    expect(lab.photographed).toEqual([])
    await lab.send('simulate', { experiment: lab.id, seed: 'other' })
    expect(lab.photographed.length).toBeGreaterThan(1)
    const { capture } = await lab.send('experiment.read', { experiment: lab.id })
    expect(capture).toMatchObject({ kind: 'simulator', seed: 'other', level: 'careful hand' })
    await expect(lab.send('simulate', { experiment: lab.id, level: 'gentle' })).rejects.toMatchObject({
      code: 'invalid-argument',
    })
  })
})

describe('score', () => {
  it('leaves refused crops out of every count', async () => {
    const lab = await made('simulate')
    const { scores } = await lab.send('score', { experiment: lab.id })
    const [first] = scores.filter(({ setting, crop }) => setting === 'fgsm-eps32' && crop === 'paper')
    // The fake reader refuses slot 1 of every sheet: the adversarial image of its first pair.
    expect(first).toMatchObject({ case: 'average', images: 6 })
    expect(first!.photographed).toBeLessThan(6)
    expect(first!.accuracy.adversarial.photo.top1.of).toBe(first!.photographed)
  })
})

describe('study', () => {
  it('needs no other step, and follows the strongest setting of each attack', async () => {
    const lab = await made()
    const study = await lab.send('study', { experiment: lab.id, count: 8 })
    expect(study.images).toBe(8)
    const strengths = study.transforms.reduce((sum, { strengths }) => sum + strengths.length, 0)
    expect(study.transforms.map(({ id }) => id)).toContain('jpeg')
    expect(study.points).toHaveLength(2 * strengths)
    expect(await readdir(join(lab.folder, 'results'))).toEqual(['study.csv', 'study.json'])
    const again = await made()
    await again.send('study', { experiment: again.id, count: 8 })
    expect(await hashes(again.folder, 'results')).toEqual(await hashes(lab.folder, 'results'))
  })
})
