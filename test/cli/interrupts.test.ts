import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { endOnInterrupt } from '#cli/interrupts'

/** A process whose signals, clock and job are played. */
class Played extends EventEmitter {
  readonly pid = 7
  readonly ended: string[] = []
  now = 0
  cancelled = 0

  constructor(jobs: boolean) {
    super()
    endOnInterrupt(
      this,
      () => {
        this.cancelled++
        return jobs
      },
      () => this.now,
    )
  }

  kill(pid: number, signal: string): void {
    this.ended.push(`${signal} ${pid} with ${this.listenerCount(signal)} listeners`)
  }

  at(now: number, signal: string): void {
    this.now = now
    this.emit(signal)
  }
}

describe('Ctrl-C', () => {
  it('asks the job to end, and the second ends the process by the signal itself', () => {
    const played = new Played(true)
    played.at(1000, 'SIGINT')
    expect([played.cancelled, played.ended]).toEqual([1, []])
    played.at(3000, 'SIGTERM')
    expect([played.cancelled, played.ended]).toEqual([1, ['SIGTERM 7 with 0 listeners']])
    expect(played.listenerCount('SIGINT')).toBe(0)
  })

  it('counts once where npm passes on what the terminal has sent already', () => {
    const played = new Played(true)
    played.at(0, 'SIGINT')
    played.at(5, 'SIGINT')
    expect([played.cancelled, played.ended]).toEqual([1, []])
    played.at(600, 'SIGINT')
    expect(played.ended).toHaveLength(1)
  })

  it('ends the process at once where nothing runs', () => {
    const played = new Played(false)
    played.at(0, 'SIGINT')
    expect(played.ended).toEqual(['SIGINT 7 with 0 listeners'])
  })
})
