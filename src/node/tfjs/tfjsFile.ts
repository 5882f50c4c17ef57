import { createHash } from 'node:crypto'
import { open, readFile, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { z } from 'zod'
import type { ProfileInput } from '#contract/profile'
import { HalftoneError } from '#core/errors'
import type { ProfileHint } from '#core/models/profile/profileHints'
import { readClassNames } from '#core/models/readClassNames'
import type { ModelSource } from '#lab/ports/Engine'
import { isPlainLocation } from '../onnx/externalData'
import { codeOf, filesBeside } from '../onnx/filesBeside'
import { bytesOf, formatOf, readModelJson, type ModelJson, type TfjsFormat } from './modelJson'

/** A TF.js model: its model.json, its weights in one piece, and what is known of it from outside. */
export interface TfjsFile {
  readonly json: ModelJson
  readonly format: TfjsFormat
  readonly weights: ArrayBuffer
  readonly name: string
  /** SHA-256 in hex: of model.json, and of each file of weights with its name. */
  readonly hash: string
  /** Bytes of all its files. */
  readonly size: number
  readonly classes: readonly string[] | undefined
  readonly classHint: readonly string[] | undefined
  readonly profile: ProfileInput | undefined
  readonly hints: readonly ProfileHint[]
}

/** Weights are held as floats, and once more while they are read. */
const mostBytes = 2 ** 31 - 1
const longestJson = 2 ** 28

/** The model.json that a path stands for: itself, or the one in the folder; null for what is no TF.js model. */
export async function tfjsPath(path: string): Promise<string | null> {
  if (path.toLowerCase().endsWith('.json')) return path
  const found = await stat(path).catch(() => null)
  if (!found?.isDirectory()) return null
  const inside = join(path, 'model.json')
  if ((await stat(inside).catch(() => null))?.isFile()) return inside
  const saved = await stat(join(path, 'saved_model.pb')).catch(() => null)
  throw new HalftoneError(
    'unreadable-file',
    saved
      ? `${path} is a TensorFlow SavedModel. Convert it: to ONNX by tf2onnx, or to TF.js by tensorflowjs_converter.`
      : `Expected a model, but ${path} is a folder without a model.json. Give an ONNX file, or the folder of a TF.js model.`,
  )
}

/**
 * Reads a TF.js model with what lies beside it: class names from the labels file that the source names or from
 * `model.labels.json` or `model.labels.txt`, a saved profile from `model.profile.json`, and Teachable Machine's metadata.json.
 * @param path of the model.json
 * @throws HalftoneError `not-found`, `unreadable-file` for what is damaged or names files outside of its folder, `unsupported`
 *   for more than 2 GiB
 */
export async function readTfjsFile(
  path: string,
  { labels, profile }: Pick<ModelSource & { kind: 'file' }, 'labels' | 'profile'> = {},
): Promise<TfjsFile> {
  const bytes = await readOrExplain(path, 'model')
  const json = readModelJson(bytes.toString('utf8'), path)
  const hash = createHash('sha256').update(bytes)
  const groups: Uint8Array[] = []
  let size = bytes.length
  for (const { paths, weights } of json.weightsManifest) {
    const expected = weights.reduce((sum, weight) => sum + bytesOf(weight), 0)
    const shards: Uint8Array[] = []
    for (const name of paths) {
      const shard = await readShard(path, name, size)
      hash.update(name).update(shard)
      shards.push(shard)
      size += shard.length
    }
    const got = shards.reduce((sum, { length }) => sum + length, 0)
    if (got !== expected) {
      throw new HalftoneError(
        'unreadable-file',
        `The weights in ${paths.join(', ') || 'no file'} have ${got} bytes; model.json says ${expected}. ` +
          'Copy the whole folder of the model again.',
      )
    }
    groups.push(...shards)
  }
  const beside = await filesBeside(path)
  const teachable = await teachableMachine(dirname(path))
  const classes = labels
    ? readClassNames((await readOrExplain(labels, 'labels file')).toString('utf8'), labels)
    : beside.classes
  return {
    json,
    format: formatOf(json),
    weights: joined(groups),
    name: nameOf(path),
    hash: hash.digest('hex'),
    size,
    classes,
    classHint: beside.classHint ?? teachable?.classes,
    profile,
    hints: [...beside.hints, ...(teachable ? [teachable.hint] : [])],
  }
}

/** Every TF.js model is called model.json: its folder tells it from others. */
function nameOf(path: string): string {
  return basename(path) === 'model.json' ? basename(dirname(path)) || 'model.json' : basename(path)
}

async function readShard(model: string, name: string, before: number): Promise<Uint8Array> {
  const folder = await realpath(dirname(model))
  const real = isPlainLocation(name) ? await realpath(join(folder, name)).catch(() => null) : undefined
  if (real === null) {
    throw new HalftoneError(
      'not-found',
      `The model's weights are in ${name}, which is not in ${dirname(model)}. Put it beside model.json.`,
    )
  }
  const inside = real?.startsWith(folder.endsWith(sep) ? folder : folder + sep)
  if (!real || !inside || !(await stat(real)).isFile()) {
    throw new HalftoneError(
      'unreadable-file',
      `The model says that its weights are in '${name}'. Only plain files in its own folder are read.`,
    )
  }
  return await readLimited(real, before)
}

async function readLimited(file: string, before: number): Promise<Uint8Array> {
  await using handle = await open(file)
  const { size } = await handle.stat()
  if (before + size > mostBytes) {
    throw new HalftoneError(
      'unsupported',
      `The model's weights have more than 2 GiB (with ${file}), which is all that is read.`,
    )
  }
  const bytes = new Uint8Array(size)
  for (let at = 0; at < size;) {
    const { bytesRead } = await handle.read(bytes, at, size - at, at)
    if (bytesRead === 0)
      throw new HalftoneError('unreadable-file', `${file} became shorter while it was read.`)
    at += bytesRead
  }
  return bytes
}

function joined(parts: readonly Uint8Array[]): ArrayBuffer {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all.buffer
}

const teachableSchema = z.object({
  packageName: z.literal('@teachablemachine/image'),
  labels: z.array(z.string()),
})

/** Google's Teachable Machine exports image models that take -1..1, with their labels in metadata.json. */
async function teachableMachine(
  folder: string,
): Promise<{ readonly classes: readonly string[]; readonly hint: ProfileHint } | null> {
  const text = await readFile(join(folder, 'metadata.json'), 'utf8').catch(() => 'null')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    // Many programs write a metadata.json; what is no JSON says nothing of the model.
    return null
  }
  const read = teachableSchema.safeParse(json)
  if (!read.success) return null
  const hint = { values: { range: '-1..1' }, reason: "Teachable Machine's metadata.json" } as const
  return { classes: read.data.labels, hint }
}

async function readOrExplain(path: string, what: string): Promise<Buffer> {
  try {
    if ((await stat(path)).size > longestJson) {
      throw new HalftoneError('unsupported', `The ${what} ${path} has more than 256 MiB without its weights.`)
    }
    return await readFile(path)
  } catch (cause) {
    if (cause instanceof HalftoneError) throw cause
    if (codeOf(cause) === 'ENOENT') {
      throw new HalftoneError('not-found', `There is no ${what} at ${path}.`, { cause })
    }
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new HalftoneError('unreadable-file', `The ${what} ${path} cannot be read: ${reason}`, { cause })
  }
}
