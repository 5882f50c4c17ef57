import { dirname, join } from 'node:path'
import type { FileSystem } from './FileSystem'
import { errnoOf } from './storageError'

/**
 * Replaces a file in one step: the content goes to a file of its own in the scratch folder (same disk), is flushed to
 * the disk, and takes the name by a rename. After a kill or a power cut the name holds the old content or the new.
 *
 * @param scratch an existing folder on the same disk
 * @param unique a name that no other write in the scratch folder has
 */
export async function atomicWrite(
  fs: FileSystem,
  path: string,
  content: Uint8Array | string,
  scratch: string,
  unique: string,
): Promise<void> {
  const temporary = join(scratch, unique)
  try {
    const file = await fs.open(temporary, 'w')
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await fs.mkdir(dirname(path), { recursive: true })
    await fs.rename(temporary, path)
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
  await syncFolder(fs, dirname(path))
}

/** Flushes a rename. Windows and some network disks cannot, and then the rename itself still stands. */
async function syncFolder(fs: FileSystem, folder: string): Promise<void> {
  try {
    const handle = await fs.open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (!['EPERM', 'EISDIR', 'EINVAL', 'EACCES', 'ENOTSUP'].includes(errnoOf(error) ?? '')) throw error
  }
}
