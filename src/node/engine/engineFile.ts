import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HalftoneError } from '#core/errors'

/**
 * The built program of the engine process, looked for upwards from this file: beside it when this runs from out/, in
 * out/ of the project when this runs from its source.
 */
export function engineFile(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  for (;;) {
    for (const candidate of [join(folder, 'engine.js'), join(folder, 'out', 'engine.js')]) {
      if (existsSync(candidate)) return candidate
    }
    const parent = dirname(folder)
    if (parent === folder) {
      throw new HalftoneError(
        'not-found',
        'The engine (out/engine.js) is not built: run `npm run build` first.',
      )
    }
    folder = parent
  }
}
