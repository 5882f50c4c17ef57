import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { z } from 'zod'

/** What files carry while they are written; the rest of such a name is random. */
export const unfinished = '.unfinished-'

export const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex')

/**
 * Writes a file that has its name only once it is whole and on the disk: other processes, and whoever comes after a power
 * cut, see all of it or nothing.
 */
export async function writeWhole(path: string, write: (file: FileHandle) => Promise<unknown>): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const temporary = `${path}${unfinished}${randomUUID()}`
  try {
    await using file = await open(temporary, 'wx')
    await write(file)
    await file.datasync()
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
  try {
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
}

/** Writes a value as JSON below a line with its own hash, by which {@link readSealed} knows it. */
export async function writeSealed(path: string, value: unknown): Promise<void> {
  const body = JSON.stringify(value)
  await writeWhole(path, (file) => file.writeFile(`${sha256(body)}\n${body}\n`))
}

/** @returns null for what is missing, was changed since it was written, or has another form than expected */
export async function readSealed<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    const [seal, body] = (await readFile(path, 'utf8')).split('\n', 2)
    if (body === undefined || sha256(body) !== seal) return null
    return schema.safeParse(JSON.parse(body)).data ?? null
  } catch {
    // Whatever is wrong with a file of the cache, it is as good as missing.
    return null
  }
}
