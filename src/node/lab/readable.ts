import { realpath } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { HalftoneError } from '#core/errors'
import type { LabPorts } from '#lab/ports/LabPorts'
import { errnoOf } from '../store/storageError'
import { isInside } from './isInside'

/**
 * Which files a command may name.
 * @param folders the only ones that may be read, with all below them; undefined for no limit
 */
export function readable(folders: readonly string[] | undefined): LabPorts['checkReadable'] {
  if (!folders) return () => Promise.resolve()
  return async (path) => {
    const wanted = path.includes('\0') ? undefined : await real(resolve(path))
    for (const folder of folders) {
      if (wanted !== undefined && isInside(await real(resolve(folder)), wanted)) return
    }
    throw new HalftoneError(
      'invalid-argument',
      `Expected a file that this Halftone may read, got ${JSON.stringify(path)}. It may read ${folders.join(', ')}. Upload ` +
        'the file, or start Halftone so that it may read its folder.',
    )
  }
}

/** With links followed as far as the path is there: what is not there yet lies where its folder really is. */
async function real(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    const parent = dirname(path)
    if (errnoOf(error) !== 'ENOENT' || parent === path) return path
    return resolve(await real(parent), path.slice(parent.length).replace(/^[\\/]+/, ''))
  }
}
