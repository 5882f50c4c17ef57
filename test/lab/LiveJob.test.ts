import { describe, expect, it } from 'vitest'
import { LiveJob } from '#lab/jobs/LiveJob'
import type { Machine } from '#lab/ports/Machine'

describe('a job that goes on where another stopped', () => {
  it('reckons the time left by its own work, and none once it failed', () => {
    let now = 0
    const machine: Machine = {
      now: () => '2026-01-02T03:04:05.000Z',
      ticks: () => now,
      sha256: () => '',
      cores: () => 1,
      environment: () => {
        throw new Error('Not asked for here.')
      },
    }
    const job = new LiveJob({ job: 'a', command: 'score', experiment: 'e', input: {} }, machine)
    // Opening the model, and the 80 crops that the earlier run had classified.
    now = 5000
    job.advance('crops classified', 80, 100)
    expect(job.left).toBeNull()
    now = 15_000
    job.advance('crops classified', 85, 100)
    expect(job.left).toBeCloseTo(30_000)
    job.fail({ ok: false, code: 'engine-lost', message: 'Lost.' })
    expect(job.left).toBeNull()
  })
})
