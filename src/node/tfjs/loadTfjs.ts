import type { ModelInspection } from '#core/models/ModelInspection'
import type { ModelSource, OpenOptions } from '#lab/ports/Engine'
import type { OpenedTfjs } from './openTfjs'
import { readTfjsFile, tfjsPath } from './tfjsFile'

export interface LoadedTfjs {
  /** Tells models apart that may share one. */
  readonly key: string
  open(options: OpenOptions): Promise<OpenedTfjs>
  inspect(options: OpenOptions): Promise<ModelInspection>
}

/**
 * A TF.js model that was read; null where the source is none. TensorFlow.js itself is loaded when the first such model is
 * opened: who has none pays nothing for it.
 */
export async function loadTfjs(source: ModelSource): Promise<LoadedTfjs | null> {
  const path = source.kind === 'file' ? await tfjsPath(source.path) : null
  if (path === null || source.kind !== 'file') return null
  const file = await readTfjsFile(path, source)
  const { hash, classes, classHint, profile, hints } = file
  return {
    key: JSON.stringify([hash, classes, classHint, profile, hints]),
    open: async (options) => (await import('./openTfjs')).openTfjs(file, options),
    inspect: async (options) => (await import('./inspectTfjs')).inspectTfjs(file, options),
  }
}
