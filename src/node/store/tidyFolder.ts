import { join } from 'node:path'
import type { Tidy } from '#lab/ports/Tidy'
import { removeOldTrash } from './oldTrash'
import { removeOldUploads } from './oldUploads'
import { storageError } from './storageError'

/** Removes what is old from the trash and the uploads of a folder of experiments, and tells what. */
export function tidyFolder(root: string, uploads: string): Tidy {
  return async (time) => {
    const before = Date.parse(time)
    const problems: string[] = []
    const onProblem = (path: string, error: unknown): void => {
      problems.push(storageError(`remove ${path}`, error).message)
    }
    const trash = join(root, '.halftone', 'trash')
    // First, so that what only they referred to goes with them.
    const experiments = await removeOldTrash(trash, before, onProblem).catch((error: unknown) => {
      onProblem(trash, error)
      return []
    })
    const files = await removeOldUploads({ root, uploads }, before, onProblem).catch((error: unknown) => {
      onProblem(uploads, error)
      return []
    })
    const bytes = [...experiments.map((experiment) => experiment.bytes), ...files].reduce((a, b) => a + b, 0)
    return { experiments: experiments.map(({ name }) => name), uploads: files.length, bytes, problems }
  }
}
