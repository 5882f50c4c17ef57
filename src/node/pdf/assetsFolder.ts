import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HalftoneError } from '#core/errors'

/** The project's assets folder, looked for upwards from this file: it is the same from src/ and from the built out/. */
export function assetsFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  for (;;) {
    const candidate = join(folder, 'assets')
    if (existsSync(join(candidate, 'fonts'))) return candidate
    const parent = dirname(folder)
    if (parent === folder) {
      throw new HalftoneError(
        'not-found',
        'Expected the folder assets/fonts above the running program, found none. Install Halftone again.',
      )
    }
    folder = parent
  }
}
