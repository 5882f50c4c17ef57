import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { errnoOf } from './storageError'

/** A process that holds something on disk. `started` tells it from a later one that got the same number. */
export interface Holder {
  readonly pid: number
  readonly host: string
  readonly started: string | null
}

/** The process that this runs in. */
export function thisProcess(): Holder {
  return { pid: process.pid, host: hostname(), started: startOf(process.pid) }
}

export function isAlive(holder: Holder): boolean {
  // A process of another machine cannot be asked: it counts as living.
  if (holder.host !== hostname()) return true
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    return errnoOf(error) === 'EPERM'
  }
  return holder.started === null || holder.started === startOf(holder.pid)
}

/** When a process started, in clock ticks since the machine did (proc(5), field 22 of stat); null where unknown. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command's name, in brackets, may hold spaces: count from its end.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}
