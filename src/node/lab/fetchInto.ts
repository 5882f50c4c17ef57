import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { HalftoneError } from '#core/errors'
import type { ModelFiles } from '#lab/ports/ModelFiles'
import { fetchModel } from '../onnx/fetchModel'
import { errnoOf, storageError } from '../store/storageError'

/** So many versions of one address are kept beside each other. */
const mostVersions = 100

/**
 * Fetches a model into a folder named after its address, so that a second try finds what the first one left, and data
 * files of one model do not lie among those of another.
 */
export async function fetchInto(
  folder: string,
  from: Parameters<ModelFiles['fetch']>[0],
  { signal, onProgress }: Parameters<ModelFiles['fetch']>[1],
): Promise<{ readonly path: string }> {
  const name = createHash('sha256').update(from.url).digest('hex').slice(0, 16)
  const stop = new AbortController()
  const abort = (): void => {
    stop.abort()
  }
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort)
  try {
    for (let version = 1; ; version++) {
      const home = join(folder, version === 1 ? name : `${name}-${version}`)
      try {
        return await fetchModel({ ...from, folder: home, signal: stop.signal, onProgress })
      } catch (error) {
        // The server has another file there now, and the one of before may be in use.
        const taken = error instanceof HalftoneError && error.code === 'conflict'
        if (!taken || version === mostVersions) throw error
      }
    }
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    throw storageError(`fetch ${from.url} into ${folder}`, error)
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
