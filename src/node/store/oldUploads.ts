import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { namesIn } from './namesIn'
import { finishRemovals, measureTree, removeForGood } from './removeForGood'
import { errnoOf } from './storageError'

/** Folders of uploads have names that occur nowhere by chance: a page's, and a phone's. */
const ours = /^(?:phone-[0-9a-f]{16}|[0-9a-f]{32})$/

/**
 * Removes uploads that came before a point of time and that nothing refers to: no experiment, in the trash neither, no
 * model, no job that can be resumed. A phone's photo that no experiment has taken in stays whatever its age: it may be
 * the only one.
 * @param root the folder of experiments
 * @param before in ms since 1970
 * @param onProblem told what could not be removed, and why
 * @returns the bytes of each
 */
export async function removeOldUploads(
  { root, uploads }: { readonly root: string; readonly uploads: string },
  before: number,
  onProblem: (path: string, error: unknown) => void,
): Promise<readonly number[]> {
  const names = await namesIn(uploads)
  await finishRemovals(uploads, names)
  const old: string[] = []
  for (const name of names.filter((each) => ours.test(each))) {
    const { mtimeMs } = await lstat(join(uploads, name))
    if (mtimeMs < before) old.push(name)
  }
  if (old.length === 0) return []
  // What cannot be read could refer to any of them: then none is removed.
  const texts = await referring(root)
  const removed: number[] = []
  for (const name of old.filter((each) => !texts.some((text) => text.includes(each)))) {
    try {
      const { bytes, newest } = await measureTree(join(uploads, name))
      if (!(newest < before) || (await holdsPhoto(uploads, name))) continue
      if (await removeForGood(uploads, name)) removed.push(bytes)
    } catch (error) {
      onProblem(join(uploads, name), error)
    }
  }
  return removed
}

/** A photo that was taken in is removed at once; one that arrived in part is still whole on the phone. */
async function holdsPhoto(uploads: string, name: string): Promise<boolean> {
  if (!name.startsWith('phone-')) return false
  const entries = await readdir(join(uploads, name), { recursive: true, withFileTypes: true })
  return entries.some((entry) => !entry.isDirectory() && !entry.name.endsWith('.part'))
}

/** Everything that may name an upload: each experiment's choices, and what Halftone keeps beside the experiments. */
async function referring(root: string): Promise<readonly string[]> {
  const own = join(root, '.halftone')
  const trash = join(own, 'trash')
  const paths = [
    ...(await namesIn(root)).map((name) => join(root, name, 'experiment.json')),
    ...(await namesIn(trash)).map((name) => join(trash, name, 'experiment.json')),
    ...(await namesIn(own)).filter((name) => name.endsWith('.json')).map((name) => join(own, name)),
  ]
  return Promise.all(
    paths.map((path) =>
      readFile(path, 'utf8').catch((error: unknown) => {
        if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return ''
        throw error
      }),
    ),
  )
}
