/** The part of a process that is used here. */
export interface Interruptible {
  readonly pid: number
  on(signal: InterruptSignal, listener: () => void): unknown
  removeAllListeners(signal: InterruptSignal): unknown
  kill(pid: number, signal: InterruptSignal): unknown
}

type InterruptSignal = (typeof signals)[number]

const signals = ['SIGINT', 'SIGTERM'] as const
/** One Ctrl-C may come twice, from the terminal and from whoever started this (npm): within so many ms. */
const sameKey = 400

/**
 * The first signal asks the running job to end in order, the second ends the process, as does the first where nothing runs.
 *
 * That end is the signal's own: `process.exit` would take down worker threads in the midst of a native run, which aborts
 * the process with a core dump ("terminate called after throwing an instance of 'Napi::Error'").
 *
 * @param cancel asks for the orderly end; false when there is nothing to cancel
 * @param now a clock in ms
 */
export function endOnInterrupt(process: Interruptible, cancel: () => boolean, now: () => number): void {
  let asked: number | undefined
  for (const signal of signals) {
    process.on(signal, () => {
      if (asked !== undefined && now() - asked < sameKey) return
      if (asked === undefined && cancel()) {
        asked = now()
        return
      }
      for (const each of signals) process.removeAllListeners(each)
      process.kill(process.pid, signal)
    })
  }
}
