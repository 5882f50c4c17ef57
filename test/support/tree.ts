import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** SHA-256 of every file below the named parts of a folder, by path. */
export async function hashes(folder: string, ...parts: string[]): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const part of parts) {
    for (const entry of await readdir(join(folder, part), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      found[relative(folder, path)] = createHash('sha256')
        .update(await readFile(path))
        .digest('hex')
    }
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)))
}
