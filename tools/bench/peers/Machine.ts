import { cpus } from 'node:os'
import { setTimeout } from 'node:timers/promises'

/** The clocks that a measurement reads. */
export interface Machine {
  readonly processors: number
  /** ms since some moment. */
  now(): number
  /** ms that all processors have worked, for whichever program. */
  busy(): number
  /** ms of processor time that this process has taken. */
  own(): number
  pause(ms: number): Promise<void>
}

export const thisMachine: Machine = {
  processors: cpus().length,
  now: () => performance.now(),
  busy: () => cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0),
  own() {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  },
  async pause(ms) {
    await setTimeout(ms)
  },
}
