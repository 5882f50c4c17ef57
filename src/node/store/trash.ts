import { join } from 'node:path'
import { idSchema } from '#contract/experiment'
import type { FileSystem } from './FileSystem'
import { takeLock } from './lock'
import { errnoOf, storageError } from './storageError'

/**
 * Moves an experiment's folder into the trash as `<id>-<n>`, while nobody writes to it.
 * @returns the name it has there
 * @throws HalftoneError `conflict` while a writer is at work, `storage`
 */
export async function moveToTrash(
  fs: FileSystem,
  { folder, trash, id }: { readonly folder: string; readonly trash: string; readonly id: string },
): Promise<string> {
  let unlock: (() => Promise<void>) | undefined
  try {
    await fs.mkdir(trash, { recursive: true })
    unlock = await takeLock(fs, join(folder, '.lock'), `The experiment "${id}"`)
    const name = await moveUnderFreeName(fs, folder, trash, id)
    // The lock moved along: whoever brings the experiment back is to find none.
    await fs.rm(join(trash, name, '.lock'), { force: true })
    return name
  } catch (error) {
    await unlock?.().catch(() => undefined)
    throw storageError(`move ${folder} into ${trash}`, error)
  }
}

async function moveUnderFreeName(fs: FileSystem, folder: string, trash: string, id: string): Promise<string> {
  const taken = new Set(await fs.readdir(trash))
  for (let number = 1; ; number++) {
    const name = `${id}-${number}`
    if (taken.has(name)) continue
    try {
      await fs.rename(folder, join(trash, name))
      return name
    } catch (error) {
      // Another program took this name meanwhile.
      if (!['ENOTEMPTY', 'EEXIST'].includes(errnoOf(error) ?? '')) throw error
    }
  }
}

/** The id that an experiment in the trash had; undefined for what is no name of one. */
export function idOfTrashed(name: string): string | undefined {
  const id = /^(.*)-\d+$/.exec(name)?.[1]
  return id !== undefined && idSchema.safeParse(id).success ? id : undefined
}
