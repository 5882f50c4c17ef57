import { HalftoneError } from '#core/errors'
import type { FileSystem } from './FileSystem'
import { isAlive, thisProcess, type Holder } from './holder'
import { errnoOf } from './storageError'

/**
 * Takes the lock file, or breaks the lock of a process that is gone and takes it then.
 * @returns a function that gives it back
 * @throws HalftoneError `conflict` while a living process, or one on another machine, holds it
 */
export async function takeLock(fs: FileSystem, path: string, what: string): Promise<() => Promise<void>> {
  const mine = thisProcess()
  for (let attempt = 0; attempt < 20; attempt++) {
    if (await claim(fs, path, mine)) return () => fs.rm(path, { force: true })
    const holder = await readHolder(fs, path)
    if (holder === 'gone') continue
    if (holder !== 'unfinished' && isAlive(holder)) {
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

/** As {@link takeLock}, and waits while others write something short. */
export async function awaitLock(
  fs: FileSystem,
  path: string,
  what: string,
  patience = 10_000,
): Promise<() => Promise<void>> {
  const until = Date.now() + patience
  for (;;) {
    try {
      return await takeLock(fs, path, what)
    } catch (error) {
      const held = error instanceof HalftoneError && error.code === 'conflict'
      if (!held || Date.now() > until) throw error
      await new Promise((resolve) => setTimeout(resolve, 10 + 20 * Math.random()))
    }
  }
}
