import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { capturedSheetSchema } from '#contract/steps'
import { fakeLab, fakePhoto, smallExperiment, type FakeLab } from '../support/fakeLab'

let lab: FakeLab
let experiment: string
let photos: string

async function put(name: string, content: Uint8Array | string): Promise<string> {
  const path = join(photos, name)
  await writeFile(path, content)
  return path
}

async function photoOf(sheet: number): Promise<{ file: string; origin: string }> {
  const path = join(lab.root, experiment, 'crops', `sheet-00${sheet}.json`)
  return capturedSheetSchema.parse(JSON.parse(await readFile(path, 'utf8'))).photo
}

beforeEach(async () => {
  lab = await fakeLab()
  experiment = (await lab.send('experiment.create', smallExperiment())).id
  await lab.send('generate', { experiment })
  await lab.send('sheets', { experiment })
  photos = join(lab.root, '..', 'photos')
  await mkdir(photos, { recursive: true })
})

describe('import', () => {
  it('reads the pictures of a folder, copies them, and lists what gave nothing', async () => {
    await put('IMG_0001.JPG', fakePhoto(0, 'a'))
    const broken = await put('IMG_0002.JPG', 'not a picture')
    await put('notes.txt', 'skipped: no photo')
    await put('.hidden.jpg', fakePhoto(1, 'a'))
    const reply = await lab.send('import', { experiment, paths: [photos] })
    expect(reply.captured).toBe(1)
    expect(reply.refused).toEqual([{ file: broken, reason: 'Expected a picture, got something else.' }])
    const { file, origin } = await photoOf(1)
    expect(origin).toBe(join(photos, 'IMG_0001.JPG'))
    expect(file).toMatch(/^photos\/img-0001-[0-9a-f]{8}\.jpg$/)
    expect(await readdir(join(lab.root, experiment, 'photos'))).toContain(file.slice('photos/'.length))
    expect((await lab.send('experiment.read', { experiment })).capture).toEqual({ kind: 'photos' })
    await lab.send('score', { experiment })
  })

  it('keeps the better of two photos of one sheet, whichever comes first', async () => {
    await put('a.jpg', fakePhoto(0, 'blur 3'))
    await put('b.jpg', fakePhoto(0, 'blur 1'))
    await put('c.jpg', fakePhoto(0, 'blur 2'))
    await lab.send('import', { experiment, paths: [photos] })
    expect((await photoOf(1)).origin).toBe(join(photos, 'b.jpg'))
    expect(lab.notices.join('\n')).toMatch(
      /b\.jpg: better than .*a\.jpg[\s\S]*c\.jpg: sheet 1 is already had from .*b\.jpg/,
    )
  })

  it('adds photos to those of before, and reads none twice', async () => {
    const first = await put('a.jpg', fakePhoto(0, 'x'))
    await lab.send('import', { experiment, paths: [first] })
    await put('b.jpg', fakePhoto(1, 'x'))
    const before = lab.notices.length
    expect((await lab.send('import', { experiment, paths: [photos] })).captured).toBe(2)
    expect(lab.notices.length).toBe(before)
  })

  it('keeps a copy of a refused photo, which can be given again by its place in the experiment', async () => {
    const path = await put('IMG_7.jpg', fakePhoto(0, 'x'))
    lab.trouble.set(0, { refused: 'No sheet was found.' })
    const { refused } = await lab.send('import', { experiment, paths: [path] })
    expect(refused).toEqual([
      {
        file: path,
        reason: 'No sheet was found.',
        photo: expect.objectContaining({ width: 640, height: 480 }),
      },
    ])
    const copy = refused[0]!.photo!.file
    expect(copy).toMatch(/^photos\/refused\/img-7-[0-9a-f]{8}\.jpg$/)
    await rm(path)
    const again = await lab.send('import', { experiment, paths: [copy] })
    expect(again.refused).toHaveLength(1)
    lab.trouble.clear()
    const reply = await lab.send('import', { experiment, paths: [copy] })
    expect(reply.refused).toEqual([])
    expect(reply.photos).toEqual([{ file: copy, sheets: [1], reason: null }])
    expect((await photoOf(1)).origin).toBe(path)
    await expect(stat(join(lab.root, experiment, copy))).rejects.toThrow()
  })

  it('forgets a refusal once the same photo is read', async () => {
    const path = await put('a.jpg', fakePhoto(0, 'x'))
    lab.trouble.set(0, { refused: 'No sheet was found.' })
    expect((await lab.send('import', { experiment, paths: [path] })).refused).toHaveLength(1)
    lab.trouble.clear()
    expect((await lab.send('import', { experiment, paths: [path] })).refused).toEqual([])
  })

  it('takes the place of simulated photos, and is not given up for them by accident', async () => {
    await lab.send('simulate', { experiment })
    await put('a.jpg', fakePhoto(0, 'x'))
    await lab.send('import', { experiment, paths: [photos] })
    expect(lab.notices).toContain('The crops of simulated photos are replaced by those of the real ones.')
    expect((await lab.send('experiment.read', { experiment })).steps.captured.done).toBe(1)
    await expect(lab.send('simulate', { experiment })).rejects.toMatchObject({ code: 'conflict' })
    const again = await lab.send('simulate', { experiment, again: true })
    expect(again.captured).toBe(again.sheets)
  })

  it('says when there is nothing to import', async () => {
    await expect(lab.send('import', { experiment, paths: [photos] })).rejects.toMatchObject({
      code: 'not-found',
    })
    const missing = join(photos, 'gone.jpg')
    await expect(lab.send('import', { experiment, paths: [missing] })).rejects.toThrow(missing)
  })
})
