import { createHash } from 'node:crypto'
import { readFile, rename, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { HalftoneError } from '#core/errors'
import { externalLocations } from '#core/onnx/readModel'
import { isPlainLocation } from './externalData'
import { fetchFile, forgetPart, type FetchedFile, type FetchOptions } from './fetchFile'

export interface FetchModelTask extends FetchOptions {
  readonly url: string
  /** Where the model goes, under its name in the address. */
  readonly folder: string
  /** What the file must have, in hex; by default it is only told. */
  readonly sha256?: string | undefined
}

export interface FetchedModel {
  readonly path: string
  readonly sha256: string
  /** Bytes of the model and its data files. */
  readonly size: number
  /** Bytes that were there from an earlier try. */
  readonly kept: number
  /** Data files that the model names, fetched from beside it. */
  readonly data: readonly string[]
}

/** More than the largest classifiers have; a protobuf file cannot have more than 2 GiB. */
const defaultMost = 2 ** 31

/**
 * Fetches an ONNX file, and the files beside it that hold its data, into a folder. Nothing gets the model's name before it
 * is whole, is an ONNX file, and has the SHA-256 that was given.
 * @throws HalftoneError as {@link fetchFile}; `conflict` when another file of that name is there; `unreadable-file` for
 *   what is no ONNX file, or another than was asked for
 */
export async function fetchModel(task: FetchModelTask): Promise<FetchedModel> {
  const { url, folder, sha256, ...options } = { mostBytes: defaultMost, ...task }
  checkDigest(sha256)
  const path = join(folder, nameOf(url))
  const fetched = await fetchFile(url, path, options)
  const bytes = await readFile(`${path}.part`)
  try {
    if (sha256 && fetched.sha256 !== sha256.toLowerCase()) throw otherFile(url, fetched, sha256)
    const locations = locationsOf(bytes, url)
    const sizes: number[] = []
    for (const location of locations) sizes.push(await fetchBeside(task, location, options))
    await settle(path, fetched)
    return {
      path,
      sha256: fetched.sha256,
      size: fetched.size + sizes.reduce((sum, size) => sum + size, 0),
      kept: fetched.kept,
      data: locations,
    }
  } catch (error) {
    // What is whole but wrong must not be gone on from.
    if (error instanceof HalftoneError && error.code !== 'cancelled' && error.code !== 'conflict')
      await forgetPart(path)
    throw error
  }
}

function checkDigest(sha256: string | undefined): void {
  if (sha256 === undefined || /^[0-9a-f]{64}$/i.test(sha256)) return
  throw new HalftoneError('invalid-argument', `Expected a SHA-256 of 64 hexadecimal digits, got "${sha256}".`)
}

/** "resnet50.onnx" of ".../resnet50.onnx?download=true"; letters, digits, dots, dashes and underscores only. */
function nameOf(url: string): string {
  const last = URL.canParse(url) ? basename(decodeURIComponent(new URL(url).pathname)) : ''
  const name = last
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(-100)
  return /\.onnx$/i.test(name) ? name : `${name === '' ? 'model' : name}.onnx`
}

function locationsOf(bytes: Uint8Array, url: string): readonly string[] {
  let locations: readonly string[]
  try {
    locations = externalLocations(bytes)
  } catch (cause) {
    if (!(cause instanceof HalftoneError)) throw cause
    const begin = Buffer.from(bytes.subarray(0, 200)).toString('latin1').trimStart().toLowerCase()
    const what = begin.startsWith('<')
      ? 'It is a web page: take the address of the file itself (on GitHub "Raw", on Hugging Face "resolve" in place of "blob").'
      : begin.startsWith('version https://git-lfs')
        ? "It is Git LFS's pointer to the file: take the address that downloads the file itself."
        : cause.message
    throw new HalftoneError('unreadable-file', `What is at ${url} is no ONNX model. ${what}`, { cause })
  }
  const odd = locations.find((location) => !isPlainLocation(location))
  if (odd === undefined) return locations
  throw new HalftoneError(
    'unreadable-file',
    `The model says that its data are in '${odd}'. Only files in its own folder are fetched: expected a plain name.`,
  )
}

async function fetchBeside(task: FetchModelTask, location: string, options: FetchOptions): Promise<number> {
  const path = join(task.folder, location)
  const there = await sizeIfThere(path)
  if (there !== null) return there
  const beside = new URL(task.url)
  beside.pathname = `${dirname(beside.pathname)}/${location.split('/').map(encodeURIComponent).join('/')}`
  const fetched = await fetchFile(beside.href, path, options)
  await rename(`${path}.part`, path)
  await forgetPart(path)
  return fetched.size
}

async function settle(path: string, { sha256 }: FetchedFile): Promise<void> {
  if (
    (await sizeIfThere(path)) !== null &&
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex') !== sha256
  ) {
    throw new HalftoneError(
      'conflict',
      `There is another file at ${path}. Move it away, or fetch the model to another folder.`,
    )
  }
  await rename(`${path}.part`, path)
  await forgetPart(path)
}

async function sizeIfThere(path: string): Promise<number | null> {
  return await stat(path).then(
    ({ size }) => size,
    () => null,
  )
}

function otherFile(url: string, { sha256, size }: FetchedFile, wanted: string): HalftoneError {
  return new HalftoneError(
    'unreadable-file',
    `What is at ${url} is another file than was asked for: expected SHA-256 ${wanted.toLowerCase()}, got ${sha256} ` +
      `(${size} bytes). It was not kept.`,
  )
}
