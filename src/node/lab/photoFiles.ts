import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { HalftoneError } from '#core/errors'
import type { PhotoFiles } from '#lab/ports/Photos'

/** What is taken for a photo in a folder; a file that is named itself may be called anything. */
const extensions = new Set(['.jpg', '.jpeg', '.png', '.heic', '.heif', '.webp', '.tif', '.tiff', '.avif'])

export const photoFiles: PhotoFiles = {
  async find(paths) {
    const found: string[] = []
    for (const path of paths) {
      const kind = await stat(path).catch((error: unknown) => {
        throw missing(path, error)
      })
      if (kind.isDirectory()) {
        const names = (await readdir(path, { recursive: true })).filter(isPhoto).sort()
        found.push(...names.map((name) => join(path, name)))
      } else found.push(path)
    }
    return [...new Set(found)]
  },

  async read(path) {
    return readFile(path).catch((error: unknown) => {
      throw missing(path, error)
    })
  },
}

function isPhoto(name: string): boolean {
  return !/(^|[\\/])\./.test(name) && extensions.has(extname(name).toLowerCase())
}

function missing(path: string, cause: unknown): HalftoneError {
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'ENOENT')
    return new HalftoneError('not-found', `Expected a photo or a folder at ${path}, found nothing.`, {
      cause,
    })
  return new HalftoneError('unreadable-file', `Cannot read ${path} (${code ?? String(cause)}).`, { cause })
}
