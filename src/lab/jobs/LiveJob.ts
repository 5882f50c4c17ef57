import type { Job } from '#contract/jobs'
import type { Failure } from '#contract/reply'
import { Pace } from '#core/Pace'
import { CancelSource } from '../CancelSource'
import type { Machine } from '../ports/Machine'
import type { JournalEntry } from '../ports/Journal'

/** At most this many notices are kept with a job; they were all told when they came. */
const mostNotices = 200

/** A command under way, or one that failed. */
export class LiveJob {
  readonly name: string
  readonly command: string
  readonly experiment: string | null
  readonly input: Readonly<Record<string, unknown>>
  readonly started: string
  readonly #cancel = new CancelSource()
  readonly #machine: Machine
  readonly #notices: string[] = []
  readonly #pace: Pace
  #began: number
  #ended: number | undefined
  #state: 'waiting' | 'running' | 'failed' = 'running'
  #phase = ''
  #done = 0
  #total = 0
  #left: number | null = null
  #problem: Job['problem'] = null

  constructor(asked: Pick<JournalEntry, 'job' | 'command' | 'experiment' | 'input'>, machine: Machine) {
    this.name = asked.job
    this.command = asked.command
    this.experiment = asked.experiment
    this.input = asked.input
    this.started = machine.now()
    this.#machine = machine
    this.#began = machine.ticks()
    this.#pace = new Pace(() => machine.ticks())
  }

  get signal(): CancelSource['signal'] {
    return this.#cancel.signal
  }

  get state(): JournalEntry['state'] {
    return this.#state
  }

  /** As in `Job`. */
  get left(): number | null {
    return this.#left
  }

  get underWay(): boolean {
    return this.#state !== 'failed'
  }

  cancel(): void {
    this.#cancel.abort()
  }

  wait(): void {
    this.#state = 'waiting'
  }

  run(): void {
    this.#state = 'running'
    this.#began = this.#machine.ticks()
  }

  fail({ code, message }: Failure): void {
    this.#state = 'failed'
    this.#problem = { code, message }
    this.#ended = this.#machine.ticks()
    this.#left = null
  }

  advance(phase: string, done: number, total: number): void {
    this.#phase = phase
    this.#done = done
    this.#total = total
    this.#left = this.#pace.reach(done, total)
  }

  notice(message: string): void {
    if (this.#notices.length < mostNotices) this.#notices.push(message)
  }

  toEntry(): JournalEntry {
    return {
      job: this.name,
      command: this.command,
      experiment: this.experiment,
      input: this.input,
      state: this.#state,
      started: this.started,
      phase: this.#phase,
      done: this.#done,
      total: this.#total,
      elapsed: this.#state === 'waiting' ? 0 : (this.#ended ?? this.#machine.ticks()) - this.#began,
      problem: this.#problem,
      notices: [...this.#notices],
    }
  }
}
