import type { AttackProgress } from '#core/attacks/run'
import { throwIfCancelled, type CancelSignal } from '#core/errors'

/** Least time between two reports of draws, in ms. */
const tellEvery = 100

/**
 * Puts the number of draws into an attack's progress, and tells of it while the attack itself waits for a gradient that is the
 * mean of many. Between reports the event loop runs, so that a cancel is heard; it ends the attack at the next draw.
 */
export function countDraws(progress: (progress: AttackProgress) => void, signal: CancelSignal | undefined) {
  let last: AttackProgress | undefined
  let draws = 0
  let told = -Infinity
  return {
    onProgress(next: AttackProgress): void {
      last = next
      progress(draws > 0 ? { ...next, draws } : next)
    },
    async onDraw(): Promise<void> {
      throwIfCancelled(signal)
      draws++
      const now = performance.now()
      if (!last || now - told < tellEvery) return
      told = now
      progress({ ...last, draws })
      await new Promise(setImmediate)
    },
  }
}
