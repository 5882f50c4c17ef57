import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { HalftoneError } from '#core/errors'
import { readClassNames } from '#core/models/readClassNames'
import type { ModelSource } from '#lab/ports/Engine'

/** A model's bytes with what is known of it from outside. */
export interface ModelFile {
  readonly bytes: Uint8Array
  readonly name: string
  /** SHA-256 of the bytes, in hex. */
  readonly hash: string
  /** Class names from a labels file or the caller; undefined when only the model itself may have them. */
  readonly classes: readonly string[] | undefined
}

/**
 * Reads a model and its class names: from the labels file that the source names, else from `MODEL.labels.json` or
 * `MODEL.labels.txt` beside `MODEL.onnx`.
 * @throws HalftoneError `not-found`, `unreadable-file`
 */
export async function readModelFile(source: ModelSource): Promise<ModelFile> {
  if (source.kind === 'bytes') {
    const { bytes, name, classes } = source
    return { bytes, name, hash: sha256(bytes), classes }
  }
  const bytes = await readOrExplain(source.path, 'model')
  const classes = source.labels
    ? readClassNames((await readOrExplain(source.labels, 'labels file')).toString('utf8'), source.labels)
    : await labelsBeside(source.path)
  return { bytes, name: basename(source.path), hash: sha256(bytes), classes }
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

async function labelsBeside(path: string): Promise<readonly string[] | undefined> {
  for (const extension of ['json', 'txt']) {
    const beside = `${path.replace(/\.onnx$/i, '')}.labels.${extension}`
    const text = await readFile(beside, 'utf8').catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return null
      throw error
    })
    if (text !== null) return readClassNames(text, beside)
  }
  return undefined
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

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
