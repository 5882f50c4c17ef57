import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { realFiles } from './FileSystem'
import { readExperiment } from './FolderReader'
import { namesIn } from './namesIn'
import { finishRemovals, measureTree, removeForGood } from './removeForGood'
import { idOfTrashed } from './trash'

export interface RemovedExperiment {
  /** As people know it; its id where experiment.json cannot be read. */
  readonly name: string
  readonly bytes: number
}

/**
 * Removes the experiments that were moved into the trash before a point of time. Anything else that lies there is not ours.
 * @param before in ms since 1970
 * @param onProblem told what could not be removed, and why
 */
export async function removeOldTrash(
  trash: string,
  before: number,
  onProblem: (path: string, error: unknown) => void,
): Promise<readonly RemovedExperiment[]> {
  const names = await namesIn(trash)
  await finishRemovals(trash, names)
  const removed: RemovedExperiment[] = []
  for (const name of names) {
    const id = idOfTrashed(name)
    if (id === undefined) continue
    const folder = join(trash, name)
    try {
      // The move itself has changed the folder, when it took its lock away.
      const { mtimeMs } = await lstat(folder)
      if (!(mtimeMs < before)) continue
      const title = await readExperiment(realFiles, folder, id).then(
        (experiment) => experiment.name,
        () => id,
      )
      const { bytes } = await measureTree(folder)
      if (await removeForGood(trash, name)) removed.push({ name: title, bytes })
    } catch (error) {
      onProblem(folder, error)
    }
  }
  return removed
}
