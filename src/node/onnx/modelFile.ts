import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { HalftoneError } from '#core/errors'
import type { LoadOptions } from '#core/models/loadOnnx'
import { readClassNames } from '#core/models/readClassNames'
import type { ExternalData } from '#core/onnx/readTensor'
import type { ModelSource } from '#lab/ports/Engine'
import { codeOf, filesBeside } from './filesBeside'
import { readExternalData } from './externalData'

/** A model's bytes with what is known of it from outside. */
export interface ModelFile extends LoadOptions {
  readonly bytes: Uint8Array
  readonly name: string
  /** SHA-256 in hex: of the bytes, and of the files that hold its data where there are any. */
  readonly hash: string
}

/**
 * Reads a model with what lies beside it: its data files, class names from the labels file that the source names or from
 * `MODEL.labels.json` or `MODEL.labels.txt` beside `MODEL.onnx`, a saved profile from
 * `MODEL.profile.json`, and the preprocessing that Hugging Face and timm write beside theirs.
 * @throws HalftoneError `not-found`, `unreadable-file`
 */
export async function readModelFile(source: ModelSource): Promise<ModelFile> {
  if (source.kind === 'bytes') {
    const { bytes, name, classes, profile } = source
    return { bytes, name, hash: sha256(bytes), classes, profile }
  }
  const bytes = await readOrExplain(source.path, 'model')
  const external = await readExternalData(source.path, bytes)
  const beside = await filesBeside(source.path)
  const classes = source.labels
    ? readClassNames((await readOrExplain(source.labels, 'labels file')).toString('utf8'), source.labels)
    : beside.classes
  return {
    bytes,
    external,
    name: basename(source.path),
    hash: sha256(bytes, external),
    classes,
    classHint: beside.classHint,
    profile: source.profile,
    hints: beside.hints,
  }
}

/** Two files with the same key are one model: the same bytes, and the same said of them. */
export function modelKey({ hash, classes, classHint, profile, hints }: ModelFile): string {
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
