import { open, rm } from 'node:fs/promises'
import { platform } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { Blob, Place } from '#core/onnx/externalise'
import { readSealed, sha256, writeSealed, writeWhole } from './sealed'
import { sameStamp, stampOf, stampSchema, type Stamp } from './stamp'

/** Where a blob may begin, so that a file can be mapped into memory from there. */
const alignment = platform() === 'win32' ? 65536 : 4096

const blobSchema = z.object({
  hash: z.string(),
  offset: z.int().nonnegative(),
  length: z.int().positive(),
})

/** What stands beside a file of weights. */
const indexSchema = z.object({ stamp: stampSchema, blobs: z.array(blobSchema).readonly() })

const indexOf = (folder: string, file: string): string => join(folder, `${file}.json`)

/** Where blobs lie in a file of weights, by their hashes; empty for a file that is not known. */
export async function placesIn(folder: string, file: string): Promise<ReadonlyMap<string, Place>> {
  const index = await readSealed(indexOf(folder, file), indexSchema)
  return new Map((index?.blobs ?? []).map(({ hash, offset, length }) => [hash, { file, offset, length }]))
}

/** Writes blobs into a new file of weights. @returns where they lie */
export async function writeWeights(
  folder: string,
  blobs: readonly Blob[],
): Promise<ReadonlyMap<string, Place>> {
  const file = `${sha256(blobs.map(({ hash }) => hash).join(' ')).slice(0, 16)}.weights`
  const places = new Map<string, Place>()
  let end = 0
  for (const { hash, length } of blobs) {
    const offset = Math.ceil(end / alignment) * alignment
    places.set(hash, { file, offset, length })
    end = offset + length
  }
  await writeWhole(join(folder, file), async (handle) => {
    for (const { hash, data: make } of blobs) {
      const data = make()
      for (let at = 0; at < data.length;) {
        const start = places.get(hash)!.offset + at
        at += (await handle.write(data, at, data.length - at, start)).bytesWritten
      }
    }
  })
  await writeIndex(folder, file, {
    stamp: await stampOf(join(folder, file)),
    blobs: [...places].map(([hash, { offset, length }]) => ({ hash, offset, length })),
  })
  return places
}

/**
 * Whether a file of weights is what was written. Nothing of one that was not touched since is read; one that was, such as a
 * restored copy, is read and compared with the hashes of what was written.
 */
export async function checkWeights(folder: string, file: string): Promise<boolean> {
  const index = await readSealed(indexOf(folder, file), indexSchema)
  if (!index) return false
  const path = join(folder, file)
  let stamp: Stamp
  try {
    stamp = await stampOf(path)
    if (sameStamp(stamp, index.stamp)) return true
    if (stamp.size !== index.stamp.size) return false
    await using handle = await open(path)
    for (const { hash, offset, length } of index.blobs) {
      const data = new Uint8Array(length)
      const { bytesRead } = await handle.read(data, 0, length, offset)
      if (bytesRead !== length || sha256(data) !== hash) return false
    }
  } catch {
    return false
  }
  // Known again at once the next time; where it cannot be noted down it is read again.
  await writeIndex(folder, file, { ...index, stamp }).catch(() => undefined)
  return true
}

export async function removeWeights(folder: string, file: string): Promise<void> {
  for (const path of [indexOf(folder, file), join(folder, file)]) await rm(path, { force: true })
}

const writeIndex = (folder: string, file: string, index: z.infer<typeof indexSchema>): Promise<void> =>
  writeSealed(indexOf(folder, file), index)
