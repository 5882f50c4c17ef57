import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HalftoneError } from '#core/errors'

/**
 * A file or folder of the build, looked for upwards from this file: beside it when this runs from out/, in out/ of the
 * project when this runs from its source.
 *
 * @param name `engine.js`, `renderer`
 */
export function builtFile(name: string): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  for (;;) {
    for (const candidate of [join(folder, name), join(folder, 'out', name)]) {
      if (existsSync(candidate)) return candidate
    }
    const parent = dirname(folder)
    if (parent === folder) {
      throw new HalftoneError('not-found', `out/${name} is not built: run \`npm run build\` first.`)
    }
    folder = parent
  }
}
