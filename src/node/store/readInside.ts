import { isAbsolute, join, relative, sep } from 'node:path'
import { HalftoneError } from '#core/errors'
import type { StoredFile } from '#lab/ports/ExperimentStore'
import type { FileSystem } from './FileSystem'
import { errnoOf, storageError } from './storageError'

/**
 * A file in a folder, by a path that anybody may have made up. Links within the folder are followed, links out of it are
 * not.
 * @param path with forward slashes
 * @throws HalftoneError `invalid-argument`, `not-found`, `storage`
 */
export async function readInside(fs: FileSystem, folder: string, path: string): Promise<StoredFile> {
  const refused = new HalftoneError(
    'invalid-argument',
    `Expected the path of a file inside the experiment's folder, such as sheets/sheets.pdf, got ${JSON.stringify(path)}.`,
  )
  if (!isPlain(path)) throw refused
  const missing = (cause: unknown): HalftoneError =>
    new HalftoneError('not-found', `The experiment has no file ${path}.`, { cause })
  try {
    const [home, file] = await Promise.all([fs.realpath(folder), fs.realpath(join(folder, path))])
    const way = relative(home, file)
    if (isAbsolute(way) || way === '..' || way.startsWith(`..${sep}`)) throw refused
    // The path that was looked at is the one that is opened: a link that is laid meanwhile is not followed.
    const handle = await fs.open(file, 'r')
    try {
      const { size, mtimeNs, ino } = await handle.stat({ bigint: true })
      const { buffer, byteOffset, length } = await handle.readFile()
      const bytes = new Uint8Array(buffer, byteOffset, length)
      const version = [size, mtimeNs, ino].map((part) => part.toString(36)).join('-')
      return { bytes, version }
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ELOOP'].includes(errnoOf(error) ?? '')) {
      throw missing(error)
    }
    throw storageError(`read ${path}`, error)
  }
}

/** Names with slashes between them, none of them hidden, nothing that another system would take for a path. */
function isPlain(path: string): boolean {
  const names = path.split('/')
  return names.every((name) => name !== '' && !name.startsWith('.') && !/[\\:\0]/.test(name))
}
