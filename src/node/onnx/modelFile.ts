import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { HalftoneError } from '#core/errors'
import type { LoadOptions } from '#core/models/loadOnnx'
import { readClassNames } from '#core/models/readClassNames'
import type { ExternalData } from '#core/onnx/readTensor'
import type { ModelSource } from '#lab/ports/Engine'
import type { FileHashes } from './cache/FileHashes'
import { codeOf, filesBeside } from './filesBeside'
import { readExternalData } from './externalData'

/** A model's bytes with what is known of it from outside. */
export interface ModelFile extends LoadOptions {
  readonly bytes: Uint8Array
  readonly name: string
  /** SHA-256 in hex: of the bytes, and of the files that hold its data where there are any. */
  readonly hash: string
}

/** A model whose bytes are read when they are needed. */
export interface FoundModel extends Pick<LoadOptions, 'classes' | 'classHint' | 'profile' | 'hints'> {
  readonly name: string
  /** As that of {@link ModelFile}. */
  readonly hash: string
  /** @throws HalftoneError `conflict` when the file is not what it was when it was found */
  read(): Promise<ModelFile>
}

/**
 * Finds a model with what lies beside it: its data files, class names from the labels file that the source names or from
 * `MODEL.labels.json` or `MODEL.labels.txt` beside `MODEL.onnx`, a saved profile from
 * `MODEL.profile.json`, and the preprocessing that Hugging Face and timm write beside theirs.
 * @param hashes those of files that were read before
 * @throws HalftoneError `not-found`, `unreadable-file`
 */
export async function findModel(source: ModelSource, hashes?: FileHashes): Promise<FoundModel> {
  if (source.kind === 'bytes') {
    const { bytes, name, classes, profile } = source
    const file = { bytes, name, hash: sha256(bytes), classes, profile }
    return { name, hash: file.hash, classes, profile, read: () => Promise.resolve(file) }
  }
  const { path } = source
  let first: WeakRef<Contents> | undefined
  let hash = await hashes?.recall(path)
  if (!hash) {
    const since = Date.now()
    const contents = await readContents(path)
    first = new WeakRef(contents)
    hash = sha256(contents.bytes, contents.external)
    const data = [...contents.external.keys()].map((location) => join(dirname(resolve(path)), location))
    await hashes?.remember(path, data, hash, since)
  }
  const beside = await filesBeside(path)
  const classes = source.labels
    ? readClassNames((await readOrExplain(source.labels, 'labels file')).toString('utf8'), source.labels)
    : beside.classes
  const said = {
    name: basename(path),
    hash,
    classes,
    classHint: beside.classHint,
    profile: source.profile,
    hints: beside.hints,
  }
  return {
    ...said,
    read: async () => {
      // What was read for its hash may still be at hand; it is not held for that.
      const contents = first?.deref()
      if (contents) return { ...said, ...contents }
      const again = await readContents(path)
      if (sha256(again.bytes, again.external) !== hash) {
        throw new HalftoneError(
          'conflict',
          `The model file of ${said.name} has changed since it was opened. Open it again to use the new one.`,
        )
      }
      return { ...said, ...again }
    },
  }
}

/** A model as {@link findModel} finds it, read. */
export async function readModelFile(source: ModelSource): Promise<ModelFile> {
  return await (await findModel(source)).read()
}

interface Contents {
  readonly bytes: Uint8Array
  readonly external: ExternalData
}

async function readContents(path: string): Promise<Contents> {
  const bytes = await readOrExplain(path, 'model')
  return { bytes, external: await readExternalData(path, bytes) }
}

/** Two files with the same key are one model: the same bytes, and the same said of them. */
export function modelKey({ hash, classes, classHint, profile, hints }: Omit<FoundModel, 'read'>): string {
  return JSON.stringify([hash, classes, classHint, profile, hints])
}

function sha256(bytes: Uint8Array, external: ExternalData = new Map()): string {
  const hash = createHash('sha256').update(bytes)
  for (const [location, data] of external) hash.update(location).update(data)
  return hash.digest('hex')
}

async function readOrExplain(path: string, what: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    const code = codeOf(cause)
    if (code === 'ENOENT') throw new HalftoneError('not-found', `There is no ${what} at ${path}.`, { cause })
    if (code === 'EISDIR') {
      throw new HalftoneError('unreadable-file', `Expected a ${what}, but ${path} is a folder.`, { cause })
    }
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new HalftoneError('unreadable-file', `The ${what} ${path} cannot be read: ${reason}`, { cause })
  }
}
