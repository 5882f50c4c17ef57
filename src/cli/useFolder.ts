import { mkdir, readdir } from 'node:fs/promises'
import { HalftoneError } from '#core/errors'

/**
 * Makes the folder that results go to.
 * @throws HalftoneError `conflict` when it holds something already
 */
export async function useFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true })
  if ((await readdir(path)).length === 0) return
  throw new HalftoneError('conflict', `The folder ${path} is not empty. Name a new one with --out.`)
}
