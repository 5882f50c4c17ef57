import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { HalftoneError } from '#core/errors'

const unzip = promisify(gunzip)
/** MNIST unpacks to 47 MB and a batch of CIFAR-10 to 31 MB; what grows beyond this is no data set of small pictures. */
const unpackedLimit = 2 ** 30

/**
 * A file's bytes, unpacked when it is a gzip file, whatever its name.
 * @throws HalftoneError `not-found`, or `unreadable-file` when the gzip data are damaged or cut off
 */
export async function readPacked(path: string): Promise<Uint8Array> {
  let bytes: Uint8Array
  try {
    bytes = await readFile(path)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'ENOENT') throw new HalftoneError('not-found', `There is no file ${path}.`, { cause })
    throw new HalftoneError('unreadable-file', `${path} cannot be read (${code ?? String(cause)}).`, {
      cause,
    })
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return await unzip(bytes, { maxOutputLength: unpackedLimit })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new HalftoneError(
      'unreadable-file',
      `${path}: the gzip data are damaged or cut off (${reason}). Get the file again.`,
      { cause },
    )
  }
}
