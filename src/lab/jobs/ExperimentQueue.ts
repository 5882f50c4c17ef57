import { HalftoneError } from '#core/errors'
import type { AbortEvents } from '../ports/Engine'

/** Lets one job at a time work on each experiment, in the order in which they came. */
export class ExperimentQueue {
  /** By experiment: whoever is at work first, then those who wait. */
  readonly #lines = new Map<string, (() => void)[]>()

  /** Whether somebody is at work on the experiment, or waits to be. */
  isBusy(experiment: string): boolean {
    return this.#lines.has(experiment)
  }

  /**
   * Waits for one's turn.
   * @param onWait called when it is not at once
   * @returns the function that gives the turn to the next
   * @throws HalftoneError `cancelled` when the signal aborts before
   */
  async enter(experiment: string, signal: AbortEvents, onWait: () => void): Promise<() => void> {
    const line = this.#lines.get(experiment) ?? []
    this.#lines.set(experiment, line)
    let begin = (): void => undefined
    const turn = new Promise<void>((resolve) => {
      begin = resolve
    })
    line.push(begin)
    const leave = (): void => {
      const at = line.indexOf(begin)
      if (at < 0) return
      line.splice(at, 1)
      if (line.length === 0) this.#lines.delete(experiment)
      else if (at === 0) line[0]!()
    }
    if (line[0] === begin) return leave
    onWait()
    await Promise.race([turn, aborted(signal)])
    if (!signal.aborted) return leave
    leave()
    throw new HalftoneError('cancelled', 'Cancelled before it began.')
  }
}

function aborted(signal: AbortEvents): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', resolve)
  })
}
