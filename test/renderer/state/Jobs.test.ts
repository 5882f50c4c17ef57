import { describe, expect, it } from 'vitest'
import type { Job } from '#contract/jobs'
import { FakeHost } from '#renderer/host/fake'
import { Jobs } from '#renderer/state/jobs.svelte'

const resumed: Job = {
  job: 'score/e',
  command: 'score',
  experiment: 'e',
  state: 'running',
  started: '2026-01-02T03:04:05.000Z',
  phase: 'crops classified',
  done: 90,
  total: 100,
  elapsed: 60_000,
  left: null,
  problem: null,
  notices: [],
}

describe('the list of jobs', () => {
  it('shows the time left as the lab reckons it: what an earlier run had done gives no speed', () => {
    const host = new FakeHost()
    const jobs = new Jobs(host)
    host.tell('jobs', { jobs: [resumed] })
    expect(jobs.of('e', 'score')).toMatchObject({ share: 0.9, left: null })
    const { job, phase, total } = resumed
    host.tell('progress', { job, phase, total, done: 95, left: 60_000 })
    expect(jobs.of('e', 'score')).toMatchObject({ share: 0.95, left: 60_000, done: 95 })
  })
})
