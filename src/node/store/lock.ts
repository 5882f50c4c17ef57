import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { HalftoneError } from '#core/errors'
import type { FileSystem } from './FileSystem'
import { errnoOf } from './storageError'

/** Who holds the lock. `started` tells a process from a later one that got the same number. */
interface Holder {
  readonly pid: number
  readonly host: string
  readonly started: string | null
}

/**
 * Takes the lock file, or breaks the lock of a process that is gone and takes it then.
 * @returns a function that gives it back
 * @throws HalftoneError `conflict` while a living process, or one on another machine, holds it
 */
export async function takeLock(fs: FileSystem, path: string, what: string): Promise<() => Promise<void>> {
  const mine: Holder = { pid: process.pid, host: hostname(), started: startOf(process.pid) }
  for (let attempt = 0; attempt < 20; attempt++) {
    if (await claim(fs, path, mine)) return () => fs.rm(path, { force: true })
    const holder = await readHolder(fs, path)
    if (holder === 'gone') continue
    if (holder !== 'unfinished' && isAlive(holder, mine)) {
      const where = holder.host === mine.host ? '' : ` on ${holder.host}`
      const remedy =
        holder.host === mine.host
          ? 'Wait until it has finished, or end it'
          : `Wait until it has finished; if it is gone for good, remove ${path}`
      throw new HalftoneError(
        'conflict',
        `${what} is being written by process ${holder.pid}${where}. ${remedy}.`,
      )
    }
    await breakLock(fs, path, holder)
  }
  throw new HalftoneError('conflict', `${what} is being written by several processes at once. Try again.`)
}

async function claim(fs: FileSystem, path: string, holder: Holder): Promise<boolean> {
  try {
    const file = await fs.open(path, 'wx')
    try {
      await file.writeFile(JSON.stringify(holder))
    } finally {
      await file.close()
    }
    return true
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    throw error
  }
}

/** `unfinished` is a lock whose holder has not written its name yet, or was killed before it could. */
async function readHolder(fs: FileSystem, path: string): Promise<Holder | 'gone' | 'unfinished'> {
  try {
    const text = await fs.readFile(path, 'utf8')
    return text === '' ? await agedEmptyLock(fs, path) : (JSON.parse(text) as Holder)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'gone'
    if (error instanceof SyntaxError) return 'unfinished'
    throw error
  }
}

/** A living holder writes its name within milliseconds; an empty lock older than a second is a dead one's. */
async function agedEmptyLock(fs: FileSystem, path: string): Promise<'gone' | 'unfinished'> {
  const { mtimeMs } = await fs.stat(path)
  if (Date.now() - mtimeMs > 1000) return 'unfinished'
  await new Promise((resolve) => setTimeout(resolve, 100))
  return 'gone'
}

/**
 * Removes a dead holder's lock. Two processes may want that at once, and the slower must not remove the lock that the
 * faster has taken meanwhile: so only the one that makes the `.break` folder looks again, and removes.
 */
async function breakLock(fs: FileSystem, path: string, dead: Holder | 'unfinished'): Promise<void> {
  const guard = `${path}.break`
  try {
    await fs.mkdir(guard)
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
    const age = await fs.stat(guard).then(
      (stat) => Date.now() - stat.mtimeMs,
      () => 0,
    )
    // Breaking takes milliseconds: a guard this old was left by a kill in the middle of it.
    if (age > 10_000) await fs.rmdir(guard).catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 50))
    return
  }
  try {
    const now = await readHolder(fs, path)
    if (JSON.stringify(now) === JSON.stringify(dead)) await fs.rm(path, { force: true })
  } finally {
    await fs.rmdir(guard)
  }
}

function isAlive(holder: Holder, mine: Holder): boolean {
  // A process of another machine cannot be asked: its lock counts.
  if (holder.host !== mine.host) return true
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
