import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, link, mkdir, readdir, realpath, rename, stat } from 'node:fs/promises'
import { basename, dirname, extname, join, relative } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { shelfModelSchema } from '#contract/models'
import { HalftoneError } from '#core/errors'
import type { ModelFiles, ShelvedModel } from '#lab/ports/ModelFiles'
import { readTfjsFile, tfjsPath } from '../tfjs/tfjsFile'
import { SharedJson } from '../store/SharedJson'
import { errnoOf, storageError } from '../store/storageError'
import { fetchInto } from './fetchInto'
import { isInside } from './isInside'

const shelvedSchema = z.object({
  id: z.string(),
  name: z.string(),
  path: z.string(),
  labels: z.string().nullable(),
  added: z.string(),
  size: z.number(),
  modified: z.number(),
  known: shelfModelSchema.pick({ input: true, classes: true, differentiable: true, profile: true }),
})

const fileSchema = z.object({ models: z.array(shelvedSchema).readonly() })

/** The shelf as a JSON file, and a folder beside it for models that came by upload or from the network. */
export function modelFiles(where: {
  readonly models: string
  readonly modelFiles: string
  readonly uploads: string
}): ModelFiles {
  const file = new SharedJson(where.models, fileSchema, { models: [] })
  return {
    list: async () => (await file.read()).models,

    async put(model: ShelvedModel) {
      await file.change(({ models }) => {
        const at = models.findIndex(({ id }) => id === model.id)
        const same = at >= 0 && models[at]!.added === model.added
        // A model that is added once more goes to the front; one that is merely written anew keeps its place.
        return { models: same ? models.with(at, model) : [model, ...models.filter((_, i) => i !== at)] }
      })
    },

    async remove(id) {
      let removed: ShelvedModel | undefined
      await file.change((before) => {
        removed = before.models.find((model) => model.id === id)
        return removed ? { models: before.models.filter((model) => model !== removed) } : before
      })
      return removed
    },

    look: (path) =>
      stat(path).then(
        (found) => (found.isFile() ? { size: found.size, modified: found.mtimeMs } : lookInto(path)),
        () => null,
      ),

    async hash(path) {
      const tfjs = await tfjsPath(path)
      if (tfjs) return (await readTfjsFile(tfjs)).hash
      const hash = createHash('sha256')
      try {
        await pipeline(createReadStream(path), hash)
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') {
          throw new HalftoneError('not-found', `There is no file at ${path}.`, { cause: error })
        }
        throw storageError(`read ${path}`, error)
      }
      return hash.digest('hex')
    },

    fetch: (from, hooks) => fetchInto(where.modelFiles, from, hooks),

    async settle({ path, labels }) {
      try {
        if (!(await isUpload(path, where.uploads))) return { path, labels }
        return await settle(path, labels, where)
      } catch (error) {
        throw storageError(`move ${path} to ${where.modelFiles}`, error)
      }
    },
  }
}

/** The folder of a TF.js model goes by its model.json. */
async function lookInto(folder: string): Promise<{ size: number; modified: number } | null> {
  const found = await stat(join(folder, 'model.json')).catch(() => null)
  return found?.isFile() ? { size: found.size, modified: found.mtimeMs } : null
}

async function isUpload(path: string, uploads: string): Promise<boolean> {
  const folder = await realpath(uploads).catch(() => undefined)
  return folder !== undefined && isInside(folder, await realpath(path))
}

/** Each model gets a folder, so that files which it names keep their names beside it. */
async function settle(
  path: string,
  labels: string | null,
  where: { readonly modelFiles: string; readonly uploads: string },
): Promise<{ path: string; labels: string | null }> {
  const folder = await newFolder(where.modelFiles, basename(path, extname(path)))
  const from = dirname(path)
  const alone = relative(await realpath(where.uploads), await realpath(from)) === ''
  // What was uploaded with it may be its weights, labels or preprocessing; other models stay for those who add them.
  const beside = alone ? [] : (await readdir(from)).filter((name) => extname(name).toLowerCase() !== '.onnx')
  for (const name of beside) {
    const file = join(from, name)
    if ((await stat(file)).isFile()) await linkOrCopy(file, join(folder, name))
  }
  const settled = join(folder, basename(path))
  await rename(path, settled)
  if (labels === null || !(await isUpload(labels, where.uploads))) return { path: settled, labels }
  const names = join(folder, basename(labels))
  if (!beside.includes(basename(labels)) || dirname(labels) !== from) await linkOrCopy(labels, names)
  return { path: settled, labels: names }
}

async function newFolder(parent: string, name: string): Promise<string> {
  await mkdir(parent, { recursive: true })
  for (let number = 1; ; number++) {
    const folder = join(parent, number === 1 ? name : `${name}-${number}`)
    try {
      await mkdir(folder)
      return folder
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error
    }
  }
}

/** A second name for the same file where the disk has such things. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to))
}
