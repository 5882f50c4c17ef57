import { open, realpath, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, sep } from 'node:path'
import { HalftoneError } from '#core/errors'
import { externalLocations } from '#core/onnx/readModel'
import type { ExternalData } from '#core/onnx/readTensor'

/** As much as one ONNX file can hold: the whole model is put into one for ONNX Runtime. */
const mostBytes = 2 ** 31 - 1

/**
 * Reads the files beside a model that hold its data. A model says where they are, and a model is not to be trusted: only
 * plain files in the model's own folder are read, or below it.
 * @throws HalftoneError `unreadable-file` for a path that leads elsewhere, `not-found` for a missing file, `unsupported`
 *   for more than 2 GiB
 */
export async function readExternalData(path: string, bytes: Uint8Array): Promise<ExternalData> {
  const files = new Map<string, Uint8Array>()
  let total = bytes.length
  for (const location of externalLocations(bytes)) {
    const file = await checkedPath(path, location)
    const { size } = await stat(file)
    total += size
    if (total > mostBytes) {
      throw new HalftoneError(
        'unsupported',
        `The model and its data have ${(total / 2 ** 30).toFixed(1)} GiB; at most 2 GiB can be differentiated.`,
      )
    }
    files.set(location, await readWhole(file, size))
  }
  return files
}

/**
 * A location without an absolute path, a drive, or a step upwards: names below a folder, with forward slashes as ONNX has
 * it. Also what may be fetched beside a model from a URL.
 */
export function isPlainLocation(location: string): boolean {
  if (location === '' || isAbsolute(location) || /[\\:\0]/.test(location)) return false
  return location.split('/').every((part) => part !== '' && part !== '..' && part !== '.')
}

async function checkedPath(model: string, given: string): Promise<string> {
  const location = given.replace(/^(\.\/)+/, '')
  if (!isPlainLocation(location)) {
    throw new HalftoneError(
      'unreadable-file',
      `The model says that its data are in '${given}'. Only files in its own folder are read: expected a plain name.`,
    )
  }
  const path = join(dirname(model), location)
  const real = await realpath(path).catch(() => null)
  if (real === null) {
    throw new HalftoneError(
      'not-found',
      `The model's data are in ${path}, which is missing. Put it beside the model, where it was saved.`,
    )
  }
  // Caches keep models as links into one folder of contents: data may lie where the model itself really lies.
  const homes = [await realpath(dirname(model)), dirname(await realpath(model))]
  if (
    !homes.some((home) => real.startsWith(home.endsWith(sep) ? home : home + sep)) ||
    !(await stat(real)).isFile()
  ) {
    throw new HalftoneError(
      'unreadable-file',
      `The model says that its data are in '${given}', which leads out of its folder or is no plain file. Copy the file there.`,
    )
  }
  return real
}

/** Not readFile, which stops at 2 GiB in some versions and would read what grows while it is read. */
async function readWhole(file: string, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size)
  await using handle = await open(file)
  for (let at = 0; at < size;) {
    const { bytesRead } = await handle.read(bytes, at, Math.min(size - at, 2 ** 30), at)
    if (bytesRead === 0)
      throw new HalftoneError('unreadable-file', `${file} became shorter while it was read.`)
    at += bytesRead
  }
  return bytes
}
