import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Job } from '#contract/jobs'
import { HalftoneError } from '#core/errors'
import { fakeLab, smallExperiment, type FakeLab } from '../support/fakeLab'
import { hashes } from '../support/tree'

async function withExperiment(root?: string): Promise<FakeLab & { id: string }> {
  const lab = await fakeLab(root)
  const { id } = await lab.send('experiment.create', smallExperiment())
  return { ...lab, id }
}

/**
 * What a kill in the middle of a job leaves: its files so far, no lock that counts, and the journal as it stood then, of a
 * process that is gone.
 */
async function kill({ root, send }: FakeLab, job: string, work: Promise<unknown>): Promise<void> {
  const path = join(root, '.halftone', 'jobs.json')
  let text = ''
  while (!text.includes('"running"')) text = await readFile(path, 'utf8').catch(() => '')
  await send('cancel', { job })
  await work
  const file = JSON.parse(text) as { jobs: { holder: { pid: number } }[] }
  // No process has this number: it is above the greatest that Linux gives.
  for (const { holder } of file.jobs) holder.pid = 2 ** 22 + 1
  await writeFile(path, JSON.stringify(file))
}

/** Holds a lab's attacks until it is let go. */
function held(lab: FakeLab): { readonly begun: Promise<void>; release(): void } {
  let release = (): void => undefined
  const gate = new Promise<void>((resolve) => (release = resolve))
  let begin = (): void => undefined
  const begun = new Promise<void>((resolve) => (begin = resolve))
  const open = lab.engine.open.bind(lab.engine)
  lab.engine.open = async (...input) => {
    const model = await open(...input)
    return {
      ...model,
      async attack(request, options) {
        begin()
        const aborted = new Promise<void>((resolve) => options?.signal?.addEventListener('abort', resolve))
        await Promise.race([gate, aborted])
        if (options?.signal?.aborted) throw new HalftoneError('cancelled', 'Cancelled.')
        return model.attack(request, options)
      },
    }
  }
  return { begun, release }
}

function states(jobs: readonly Job[]): string[] {
  return jobs.map(({ job, state }) => `${job} ${state}`)
}

describe('long commands', () => {
  it('on one experiment take turns in the order in which they came; other experiments do not wait', async () => {
    const lab = await withExperiment()
    const other = (await lab.send('experiment.create', smallExperiment())).id
    const gate = held(lab)
    const ended: string[] = []
    const note = (job: string): void => {
      ended.push(job)
    }
    const { id: experiment } = lab
    const all = [
      lab.send('generate', { experiment, job: 'a' }).then(() => note('a')),
      lab.send('sheets', { experiment, job: 'b' }).then(() => note('b')),
      lab.send('simulate', { experiment, job: 'c' }).then(() => note('c')),
    ]
    await gate.begun
    expect(states(await lab.send('job.list', {}))).toEqual(['a running', 'b waiting', 'c waiting'])
    await lab.send('experiment.configure', { experiment: other, name: 'Other' })
    expect(ended).toEqual([])
    gate.release()
    await Promise.all(all)
    expect(ended).toEqual(['a', 'b', 'c'])
    expect(await lab.send('job.list', {})).toEqual([])
  })

  it('tell each change of their state, and their name, command and experiment', async () => {
    const lab = await withExperiment()
    const seen: string[] = []
    lab.lab.listen('jobs', ({ jobs }) => seen.push(states(jobs).join(', ')))
    const { id: experiment } = lab
    await Promise.all([
      lab.send('generate', { experiment, job: 'a' }),
      lab.send('sheets', { experiment, job: 'b' }),
    ])
    expect(seen).toContain('a running, b waiting')
    expect(seen).toContain('b running')
    expect(seen.at(-1)).toBe('')
  })

  it('are cancelled while they wait, without having begun', async () => {
    const lab = await withExperiment()
    const gate = held(lab)
    const { id: experiment } = lab
    const first = lab.send('generate', { experiment, job: 'a' })
    const second = lab.lab.send('sheets', { experiment, job: 'b' })
    await gate.begun
    expect(await lab.send('cancel', { job: 'b' })).toEqual({ running: true })
    expect(await second).toMatchObject({ ok: false, code: 'cancelled' })
    expect(states(await lab.send('job.list', {}))).toEqual(['a running'])
    gate.release()
    await first
    expect(await lab.send('cancel', { job: 'b' })).toEqual({ running: false })
  })

  it('that fail stay listed with their reason until they are dismissed, or given again', async () => {
    const lab = await withExperiment()
    const { id: experiment } = lab
    lab.engine.failure = new HalftoneError('engine-lost', 'The engine stopped.')
    await expect(lab.send('generate', { experiment, job: 'a' })).rejects.toThrow()
    expect(await lab.send('job.list', {})).toMatchObject([
      {
        job: 'a',
        command: 'generate',
        experiment,
        state: 'failed',
        problem: { code: 'engine-lost', message: 'The engine stopped.' },
      },
    ])
    await lab.send('job.dismiss', { job: 'a' })
    expect(await lab.send('job.list', {})).toEqual([])
    await expect(lab.send('job.dismiss', { job: 'a' })).rejects.toMatchObject({ code: 'not-found' })

    lab.engine.failure = new HalftoneError('engine-lost', 'The engine stopped.')
    await expect(lab.send('generate', { experiment, job: 'b' })).rejects.toThrow()
    await lab.send('generate', { experiment, job: 'c' })
    expect(await lab.send('job.list', {})).toEqual([])
  })

  it('that are cancelled are not listed, nor are short ones', async () => {
    const lab = await withExperiment()
    const gate = held(lab)
    const work = lab.lab.send('generate', { experiment: lab.id, job: 'a' })
    await gate.begun
    await lab.send('cancel', { job: 'a' })
    expect(await work).toMatchObject({ code: 'cancelled' })
    await lab.lab.send('experiment.read', { experiment: 'gone', ...{ job: 'x' } })
    expect(await lab.send('job.list', {})).toEqual([])
  })

  it('keep phase, progress, time and notices with them', async () => {
    const lab = await fakeLab()
    const input = smallExperiment({ prefilter: { confidence: 0.9999, searchLimit: 20 } })
    const { id: experiment } = await lab.send('experiment.create', input)
    const lists: Promise<readonly Job[]>[] = []
    lab.lab.listen('progress', ({ phase }) => {
      if (phase.startsWith('Basic')) lists.push(lab.send('job.list', {}))
    })
    await lab.send('generate', { experiment, job: 'a' })
    const [first] = await Promise.all(lists)
    expect(first).toMatchObject([{ job: 'a', phase: 'Basic iterative, ε = 16', total: 2 }])
    expect(first![0]!.elapsed).toBeGreaterThan(0)
    expect(first![0]!.notices[0]).toContain('only 0 of 6 prefiltered images')
  })
})

describe('jobs that the end of a program cut off', () => {
  it('are listed as interrupted by the next, and go on where they stopped: the bytes are those of a run in one go', async () => {
    const whole = await withExperiment()
    await whole.send('generate', { experiment: whole.id })

    const cut = await withExperiment()
    await cut.send('generate', { experiment: cut.id, settings: ['fgsm-eps32'] })
    const gate = held(cut)
    const work = cut.lab.send('generate', { experiment: cut.id, job: 'mine' })
    await gate.begun
    await kill(cut, 'mine', work)
    const next = await fakeLab(cut.root)
    expect(await next.send('job.list', {})).toMatchObject([
      { job: 'mine', command: 'generate', state: 'interrupted', experiment: cut.id, problem: null },
    ])
    const ended = new Promise<void>((resolve) => {
      next.lab.listen('jobs', ({ jobs }) => {
        if (jobs.length === 0) resolve()
      })
    })
    await next.send('job.resume', { job: 'mine' })
    await ended
    expect(new Set(next.engine.attacks)).toEqual(new Set(['bim-16']))
    expect(await hashes(join(cut.root, cut.id), 'images')).toEqual(
      await hashes(join(whole.root, whole.id), 'images'),
    )
    await expect(next.send('job.resume', { job: 'mine' })).rejects.toMatchObject({ code: 'not-found' })
  })

  it('are left in the journal when the lab is closed, also those that waited', async () => {
    const lab = await withExperiment()
    const gate = held(lab)
    const { id: experiment } = lab
    const work = [
      lab.lab.send('generate', { experiment, job: 'a' }),
      lab.lab.send('sheets', { experiment, job: 'b', again: true }),
    ]
    await gate.begun
    await lab.lab.close()
    expect((await Promise.all(work)).map((reply) => reply.ok)).toEqual([false, false])
    expect(await lab.lab.send('experiment.list', {})).toMatchObject({ ok: false, code: 'cancelled' })
    const next = await fakeLab(lab.root)
    expect(states(await next.send('job.list', {}))).toEqual(['a interrupted', 'b interrupted'])
    await next.send('job.dismiss', { job: 'b' })
    const another = await fakeLab(lab.root)
    expect(states(await another.send('job.list', {}))).toEqual(['a interrupted'])
  })

  it('give way to a new job that does their work, and to the removal of their experiment', async () => {
    const lab = await withExperiment()
    const gate = held(lab)
    void lab.lab.send('generate', { experiment: lab.id, job: 'a' })
    await gate.begun
    await lab.lab.close()
    const next = await fakeLab(lab.root)
    await next.send('study', { experiment: lab.id, count: 2 })
    expect(states(await next.send('job.list', {}))).toEqual(['a interrupted'])
    await next.send('generate', { experiment: lab.id })
    expect(await next.send('job.list', {})).toEqual([])

    const third = await fakeLab(lab.root)
    third.engine.failure = new HalftoneError('engine-lost', 'Lost.')
    await expect(third.send('study', { experiment: lab.id, job: 's', count: 2 })).rejects.toThrow()
    await third.send('experiment.remove', { experiment: lab.id })
    expect(await third.send('job.list', {})).toEqual([])
  })

  it('do not start over a second time when they were to start over', async () => {
    const lab = await withExperiment()
    await lab.send('generate', { experiment: lab.id })
    lab.engine.attacks.length = 0
    let closed = Promise.resolve()
    const stop = lab.lab.listen('progress', ({ phase }) => {
      if (!phase.startsWith('Basic')) return
      stop()
      closed = lab.lab.close()
    })
    expect(await lab.lab.send('generate', { experiment: lab.id, again: true, job: 'again' })).toMatchObject({
      ok: false,
    })
    await closed
    const next = await fakeLab(lab.root)
    await next.send('job.resume', { job: 'again' })
    await new Promise<void>((resolve) => next.lab.listen('jobs', ({ jobs }) => jobs.length || resolve()))
    expect(new Set(next.engine.attacks)).toEqual(new Set(['bim-16']))
  })
})

describe('two labs on one folder', () => {
  it('keep one journal without losing a job, and list only what nobody else is at', async () => {
    const one = await withExperiment()
    const two = await fakeLab(one.root)
    const other = (await two.send('experiment.create', smallExperiment())).id
    const gates = [held(one), held(two)]
    const work = [
      one.send('generate', { experiment: one.id, job: 'same' }),
      two.send('generate', { experiment: other, job: 'same' }),
    ]
    await Promise.all(gates.map(({ begun }) => begun))
    for (const lab of [one, two]) expect(states(await lab.send('job.list', {}))).toEqual(['same running'])
    const file = JSON.parse(await readFile(join(one.root, '.halftone', 'jobs.json'), 'utf8')) as {
      jobs: { experiment: string }[]
    }
    expect(file.jobs.map(({ experiment }) => experiment).sort()).toEqual([one.id, other].sort())
    for (const gate of gates) gate.release()
    await Promise.all(work)
    expect(JSON.parse(await readFile(join(one.root, '.halftone', 'jobs.json'), 'utf8'))).toEqual({ jobs: [] })
  })

  it('give a job that was left to the one that asks first', async () => {
    const lab = await withExperiment()
    const gate = held(lab)
    void lab.lab.send('generate', { experiment: lab.id, job: 'a' })
    await gate.begun
    await lab.lab.close()
    const labs = [await fakeLab(lab.root), await fakeLab(lab.root)]
    for (const each of labs) await each.send('job.list', {})
    const taken = await Promise.all(labs.map((each) => each.lab.send('job.dismiss', { job: 'a' })))
    expect(taken.filter(({ ok }) => ok)).toHaveLength(1)
    expect(taken.find(({ ok }) => !ok)).toMatchObject({ code: 'not-found' })
  })

  it('work without a journal that cannot be read, and say so', async () => {
    const lab = await withExperiment()
    await lab.send('settings.write', {})
    await writeFile(join(lab.root, '.halftone', 'jobs.json'), '{ "jobs": [')
    lab.engine.failure = new HalftoneError('engine-lost', 'Lost.')
    await expect(lab.send('generate', { experiment: lab.id, job: 'a' })).rejects.toThrow('Lost.')
    const [job] = await lab.send('job.list', {})
    expect(job!.notices.join()).toMatch(/could not be written down.*jobs\.json is damaged/)
    await lab.send('generate', { experiment: lab.id })
  })
})
