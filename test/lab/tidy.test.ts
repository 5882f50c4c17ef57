import { access, mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fakeLab, smallExperiment, type FakeLab } from '../support/fakeLab'

/** The lab's clock stands at 4 March 2026; what a test makes by itself is younger than that. */
const old = new Date('2026-02-01T00:00:00Z')
const recent = new Date('2026-02-10T00:00:00Z')
const page = '0123456789abcdef0123456789abcdef'
const phone = 'phone-0123456789abcdef'

const nothing = { experiments: [], uploads: 0, bytes: 0, problems: [] }
const trashOf = ({ root }: FakeLab): string => join(root, '.halftone', 'trash')
const uploadsOf = ({ root }: FakeLab): string => join(root, '.halftone', 'uploads')
const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

async function trashed(lab: FakeLab, name: string, at: Date): Promise<string> {
  const { id: experiment } = await lab.send('experiment.create', smallExperiment({ name }))
  const moved = await lab.send('experiment.remove', { experiment })
  await utimes(join(trashOf(lab), moved.trashed), at, at)
  return moved.trashed
}

/** An upload of one file of three bytes, all of it as old as is said. */
async function uploaded(lab: FakeLab, path: string, at = old): Promise<string> {
  const file = join(uploadsOf(lab), path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, 'abc')
  for (let each = file; each !== uploadsOf(lab); each = dirname(each)) await utimes(each, at, at)
  return file
}

describe('the trash', () => {
  it('loses after 30 days what was moved into it, by name, and keeps the rest', async () => {
    const lab = await fakeLab()
    await trashed(lab, 'Long gone', old)
    const kept = await trashed(lab, 'Still wanted', recent)
    const theirs = join(trashOf(lab), 'My notes')
    await mkdir(theirs)
    await utimes(theirs, old, old)
    const tidied = await lab.send('tidy', {})
    expect(tidied).toMatchObject({ experiments: ['Long gone'], uploads: 0, problems: [] })
    expect(tidied.bytes).toBeGreaterThan(500)
    expect(await readdir(trashOf(lab))).toEqual(['My notes', kept])
    expect((await lab.send('experiment.restore', { trashed: kept })).name).toBe('Still wanted')
    expect(await lab.send('tidy', {})).toEqual(nothing)
  })

  it('counts from the day of the move, however old the experiment is', async () => {
    const lab = await fakeLab()
    const { id: experiment } = await lab.send('experiment.create', smallExperiment())
    await utimes(join(lab.root, experiment), old, old)
    await utimes(join(lab.root, experiment, 'experiment.json'), old, old)
    await lab.send('experiment.remove', { experiment })
    expect(await lab.send('tidy', {})).toEqual(nothing)
  })

  it('has a removal that was cut off finished, and says nothing of a folder that is not there', async () => {
    const lab = await fakeLab()
    expect(await lab.send('tidy', {})).toEqual(nothing)
    await mkdir(join(trashOf(lab), '.removing-try-one-1', 'images'), { recursive: true })
    expect(await lab.send('tidy', {})).toEqual(nothing)
    expect(await readdir(trashOf(lab))).toEqual([])
  })
})

describe('uploads', () => {
  it('go after 30 days when nothing refers to them', async () => {
    const lab = await fakeLab()
    const gone = await uploaded(lab, `${page}/net.onnx`)
    const kept = await uploaded(lab, `${page.replace('0', 'f')}/net.onnx`, recent)
    const theirs = await uploaded(lab, 'by-hand/net.onnx')
    // The upload is as young as its youngest file.
    const late = join(await uploaded(lab, `${page.replace('0', 'e')}/set/a/1.png`), '..', '2.png')
    await writeFile(late, 'abc')
    expect(await lab.send('tidy', {})).toEqual({ ...nothing, uploads: 1, bytes: 3 })
    expect(await Promise.all([gone, kept, theirs, late].map(exists))).toEqual([false, true, true, true])
  })

  it('stay as long as an experiment uses them, also one in the trash, or a job that can go on', async () => {
    const lab = await fakeLab()
    const file = await uploaded(lab, `${page}/pictures/stop/1.png`)
    const images = { kind: 'folder' as const, path: join(dirname(file), '..') }
    const { id: experiment } = await lab.send('experiment.create', smallExperiment({ images }))
    expect(await lab.send('tidy', {})).toEqual(nothing)
    const moved = await lab.send('experiment.remove', { experiment })
    expect(await lab.send('tidy', {})).toEqual(nothing)
    await utimes(join(trashOf(lab), moved.trashed), old, old)
    expect(await lab.send('tidy', {})).toMatchObject({ experiments: ['Try one'], uploads: 1 })
    expect(await exists(file)).toBe(false)

    const photo = await uploaded(lab, `${page}/photo.jpg`)
    await lab.ports.journal.put({
      job: 'a',
      command: 'import',
      experiment: 'try-one',
      input: { experiment: 'try-one', paths: [photo] },
      state: 'failed',
      started: '2026-01-01T00:00:00.000Z',
      phase: '',
      done: 0,
      total: 0,
      elapsed: 0,
      problem: null,
      notices: [],
    })
    expect(await lab.send('tidy', {})).toEqual(nothing)
    expect(await exists(photo)).toBe(true)
  })

  it("never go where they hold a phone's photo that was not taken in; what arrived in part does", async () => {
    const lab = await fakeLab()
    const whole = await uploaded(lab, `${phone}/1/IMG_1.heic`)
    const part = await uploaded(lab, `${phone.replace('0', 'f')}/1/IMG_2.heic.part`)
    expect(await lab.send('tidy', {})).toEqual({ ...nothing, uploads: 1, bytes: 3 })
    expect([await exists(whole), await exists(part)]).toEqual([true, false])
  })

  it('all stay, with the reason, when it cannot be told what refers to them', async () => {
    const lab = await fakeLab()
    const file = await uploaded(lab, `${page}/net.onnx`)
    await mkdir(join(lab.root, 'odd', 'experiment.json'), { recursive: true })
    const { problems, ...rest } = await lab.send('tidy', {})
    expect(rest).toEqual({ experiments: [], uploads: 0, bytes: 0 })
    expect(problems).toEqual([expect.stringContaining('uploads: EISDIR')])
    expect(await exists(file)).toBe(true)
  })
})
