import { lstat, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { errnoOf } from './storageError'

const leaving = '.removing-'

/**
 * Removes a folder in two strokes: once it has lost its name nobody can take it for whole, and what a kill leaves of it is
 * found by {@link finishRemovals}.
 * @returns false when it was gone already: two programs may be at it at once
 */
export async function removeForGood(parent: string, name: string): Promise<boolean> {
  const doomed = join(parent, `${leaving}${name}`)
  await rm(doomed, { recursive: true, force: true, maxRetries: 3 })
  try {
    await rename(join(parent, name), doomed)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw error
  }
  await rm(doomed, { recursive: true, force: true, maxRetries: 3 })
  return true
}

/** Removes what an earlier removal was killed at. */
export async function finishRemovals(parent: string, names: readonly string[]): Promise<void> {
  for (const name of names.filter((each) => each.startsWith(leaving))) {
    await rm(join(parent, name), { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Files and folders of a tree, itself among them: how many bytes, and when one of them last changed, in ms. Links are not followed. */
export async function measureTree(root: string): Promise<{ bytes: number; newest: number }> {
  const own = await lstat(root)
  let [bytes, newest] = [own.isFile() ? own.size : 0, own.mtimeMs]
  if (!own.isDirectory()) return { bytes, newest }
  for (const name of await readdir(root)) {
    const inner = await measureTree(join(root, name))
    bytes += inner.bytes
    newest = Math.max(newest, inner.newest)
  }
  return { bytes, newest }
}
