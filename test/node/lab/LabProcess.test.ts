import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Job } from '#contract/jobs'
import { LabProcess } from '#node/lab/LabProcess'
import type { LaunchLab } from '#node/lab/protocol'
import { RestartPace } from '#node/lab/RestartPace'
import { smallExperiment } from '../../support/fakeLab'
import { temporaryFolder } from '../../support/temporary'

async function openLabProcess(): Promise<LabProcess> {
  const lab = new LabProcess({ folder: join(await temporaryFolder(), 'experiments') })
  onTestFinished(() => lab.close())
  return lab
}

describe('the lab process', () => {
  it('runs in a process of its own, and ends with its host', async () => {
    const lab = await openLabProcess()
    expect(await lab.send('experiment.list', {})).toEqual({ ok: true, value: [] })
    const pid = lab.pid!
    expect(pid).not.toBe(process.pid)
    await lab.close()
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/)
    expect(lab.pid).toBeUndefined()
    expect(await lab.send('experiment.list', {})).toEqual({
      ok: false,
      code: 'lab-lost',
      message: 'The lab was closed.',
    })
  })

  it('starts again when it is killed in the middle of a job, which is then interrupted and can be resumed', async () => {
    const lab = await openLabProcess()
    const states: string[] = []
    const told: (readonly Job[])[] = []
    lab.watch((state) => states.push(state))
    const made = await lab.send('experiment.create', {
      ...smallExperiment({ count: 40, cases: ['average'] }),
      settings: [{ attack: 'bim', params: { epsilon: 32 } }],
    })
    const experiment = made.ok ? made.value.id : ''
    const pid = lab.pid!
    const end = lab.listen('progress', ({ done }) => {
      if (done === 0) return
      end()
      lab.listen('jobs', ({ jobs }) => told.push(jobs))
      process.kill(pid, 'SIGKILL')
    })
    const reply = await lab.send('generate', { experiment, job: 'killed' })
    expect(reply).toMatchObject({
      ok: false,
      code: 'lab-lost',
      message: expect.stringMatching(/ended by SIGKILL.*starts again by itself/s) as string,
    })
    expect(states).toEqual(['lost'])
    expect(lab.state).toBe('lost')
    // A command that comes meanwhile waits for the new process.
    const list = await lab.send('experiment.list', {})
    expect(list.ok && list.value.map(({ id }) => id)).toEqual([experiment])
    expect(lab.pid).not.toBe(pid)
    expect(states).toEqual(['lost', 'running'])
    await vi.waitFor(() => {
      expect(told.at(-1)).toMatchObject([{ job: 'killed', state: 'interrupted', command: 'generate' }])
    })
    expect(await lab.send('job.resume', { job: 'killed' })).toEqual({ ok: true, value: {} })
    expect(await lab.send('cancel', { job: 'killed' })).toEqual({ ok: true, value: { running: true } })
  })

  it('tells why a lab cannot be opened, and why a process cannot be started', async () => {
    const failing: LaunchLab = () => ({
      pid: undefined,
      send: () => undefined,
      onMessage: () => undefined,
      onExit: (listener) => {
        setImmediate(() => {
          listener('spawn ENOENT', 'no such program')
        })
      },
      end: () => undefined,
      kill: () => undefined,
    })
    const lab = new LabProcess({ folder: '/tmp' }, { launch: failing, grace: 10 })
    expect(await lab.send('experiment.list', {})).toMatchObject({
      ok: false,
      code: 'lab-lost',
      message: expect.stringContaining('Its last words: no such program') as string,
    })
    await lab.close()
  })

  it('waits longer the more often it is lost, and not at all after a long life', () => {
    const pace = new RestartPace()
    const pauses = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => {
      pace.started(i * 1000)
      return pace.pause(i * 1000 + 500)
    })
    expect(pauses).toEqual([0, 500, 1000, 2000, 4000, 8000, 10_000, 10_000])
    pace.started(10_000)
    expect(pace.pause(60_000)).toBe(0)
  })
})
