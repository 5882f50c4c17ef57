import { describe, expect, it } from 'vitest'
import type { ProgressEvent } from '#contract/events'
import { Lab } from '#lab/Lab'
import { fakeLab, smallExperiment } from '../support/fakeLab'

describe('the lab', () => {
  it('answers wrong input with what is wrong, and does nothing', async () => {
    const { lab } = await fakeLab()
    const reply = await lab.send('generate', { experiment: '../escape' })
    expect(reply).toMatchObject({ ok: false, code: 'invalid-argument' })
    expect(reply.ok ? '' : reply.message).toContain('experiment')
  })

  it('tells progress of a job by its name, and that the experiment changed', async () => {
    const { lab, send } = await fakeLab()
    const { id } = await send('experiment.create', smallExperiment())
    const events: ProgressEvent[] = []
    const changed: string[] = []
    const stop = lab.listen('progress', (event) => events.push(event))
    lab.listen('changed', ({ experiment }) => changed.push(experiment))
    await send('generate', { experiment: id, job: 'mine' })
    expect(events.length).toBeGreaterThan(3)
    expect(events.every(({ job, done, total }) => job === 'mine' && done <= total)).toBe(true)
    expect(events.at(-1)).toMatchObject({ done: 2, total: 2 })
    const shares = events.map(({ done, total }) => done / total)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(changed.length).toBeGreaterThan(1)
    expect(new Set(changed)).toEqual(new Set([id]))
    stop()
    const before = events.length
    await send('generate', { experiment: id })
    expect(events.length).toBe(before)
  })

  it('cancels a job, keeps what was finished, and goes on later', async () => {
    const { lab, send, engine } = await fakeLab()
    const { id } = await send('experiment.create', smallExperiment())
    lab.listen('progress', ({ phase, done }) => {
      if (phase.startsWith('Basic') && done > 1) void lab.send('cancel', { job: 'long' })
    })
    expect(await lab.send('generate', { experiment: id, job: 'long' })).toMatchObject({
      ok: false,
      code: 'cancelled',
    })
    expect((await send('experiment.read', { experiment: id })).steps.generated.done).toBe(1)
    expect(await send('cancel', { job: 'long' })).toEqual({ running: false })
    engine.attacks.length = 0
    await send('generate', { experiment: id })
    expect(engine.attacks.every((attack) => attack === 'bim-16')).toBe(true)
  })

  it('does not let two jobs have one name', async () => {
    const { lab, send } = await fakeLab()
    const { id } = await send('experiment.create', smallExperiment())
    const [one, two] = await Promise.all([
      lab.send('study', { experiment: id, job: 'a', count: 2 }),
      lab.send('study', { experiment: id, job: 'a', count: 2 }),
    ])
    expect(one.ok).toBe(true)
    expect(two).toMatchObject({
      ok: false,
      code: 'conflict',
      message: 'There is already a job "a" under way.',
    })
  })

  it('says of a bug that it is one', async () => {
    const { ports } = await fakeLab()
    const broken = new Lab({
      ...ports,
      store: { ...ports.store, list: () => Promise.reject(new TypeError('oops')) },
    })
    const reply = await broken.send('experiment.list', {})
    expect(reply).toMatchObject({ ok: false, code: 'internal' })
    expect(reply.ok ? '' : reply.message).toMatch(/bug in Halftone[\s\S]*TypeError: oops/)
  })
})
