import { readdir } from 'node:fs/promises'
import { errnoOf } from './storageError'

/** Names in a folder, none when there is no such folder. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return []
    throw error
  })
}
