import type { ProgressEvent } from '#contract/events'
import { Pace } from '#core/Pace'

/** The part of a terminal stream that is used here. */
export interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

const barWidth = 24
/** Where lines cannot be rewritten (a log, a pipe), one is written at most this often, in ms. */
const lineEvery = 5000

/**
 * Shows how far work has come, with the time that is left: one line that is rewritten on a terminal, a plain line now and
 * then elsewhere.
 */
export class ProgressLine {
  readonly #out: Terminal
  readonly #now: () => number
  readonly #title: string
  readonly #pace: Pace
  #started: number | undefined
  #lastLine = -Infinity
  #shown = 0

  /** @param now a clock in ms */
  constructor(title: string, out: Terminal, now: () => number) {
    this.#title = title
    this.#out = out
    this.#now = now
    this.#pace = new Pace(now)
  }

  update({ phase, done, total }: Pick<ProgressEvent, 'phase' | 'done' | 'total'>): void {
    const now = this.#now()
    const share = total > 0 ? Math.min(1, done / total) : 1
    this.#started ??= now
    const ms = this.#pace.reach(done, total)
    const left = ms === null ? '' : `, ${duration(ms)} left`
    if (this.#out.isTTY) {
      const filled = Math.round(share * barWidth)
      const bar = '#'.repeat(filled) + '-'.repeat(barWidth - filled)
      this.#rewrite(`${this.#title} [${bar}] ${percent(share)}${left}  ${phase}`)
    } else if (now - this.#lastLine >= lineEvery && share < 1) {
      this.#lastLine = now
      this.#out.write(`${this.#title}: ${percent(share)}${left}, ${phase}\n`)
    }
  }

  /** A line of text above the progress. */
  note(text: string): void {
    this.#rewrite('')
    this.#out.write(`${text}\n`)
  }

  /** Clears the line, or closes with how long it took. */
  end(): void {
    this.#rewrite('')
    if (this.#started === undefined) return
    this.#out.write(`${this.#title}: done in ${duration(this.#now() - this.#started)}\n`)
  }

  #rewrite(text: string): void {
    if (!this.#out.isTTY) return
    const fit = text.slice(0, (this.#out.columns ?? 80) - 1)
    this.#out.write(`\r${fit.padEnd(this.#shown)}${fit === '' ? '\r' : ''}`)
    this.#shown = fit.length
  }
}

function percent(share: number): string {
  return `${Math.floor(share * 100)
    .toString()
    .padStart(3)}%`
}

/** "0.4 s", "12 s", "3 min 20 s", "2 h 5 min" */
export function duration(ms: number): string {
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
