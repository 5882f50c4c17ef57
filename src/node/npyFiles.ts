import { readFile, writeFile } from 'node:fs/promises'
import { HalftoneError } from '#core/errors'
import type { NpyArray } from '#core/npy/NpyArray'
import { readNpy } from '#core/npy/readNpy'
import { writeNpy } from '#core/npy/writeNpy'

/** @throws HalftoneError `not-found`, `unreadable-file`, `unsupported` */
export async function loadNpy(path: string): Promise<NpyArray> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new HalftoneError('not-found', `There is no file ${path}.`, { cause })
    }
    throw new HalftoneError('unreadable-file', `${path} cannot be read: ${(cause as Error).message}`, {
      cause,
    })
  }
  return readNpy(bytes, path)
}

/** @throws HalftoneError `storage` */
export async function saveNpy(path: string, array: NpyArray): Promise<void> {
  try {
    await writeFile(path, writeNpy(array))
  } catch (cause) {
    throw new HalftoneError('storage', `${path} cannot be written: ${(cause as Error).message}`, { cause })
  }
}
