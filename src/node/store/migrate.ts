import { z } from 'zod'
import { experimentSchema, schemaVersion, type Experiment } from '#contract/experiment'
import { HalftoneError } from '#core/errors'

type Json = Readonly<Record<string, unknown>>

/**
 * Migration n brings experiment.json from version n to n + 1; it gets what version n wrote and returns what n + 1
 * would have. Add one with every change of the schema, and never change an old one.
 *
 * Version 0 was the first sketch: it kept no state of the transformation study and named its one data source `data`.
 */
const migrations: Readonly<Record<number, (old: Json) => Json>> = {
  0: ({ data, ...old }) => ({
    ...old,
    images: old['images'] ?? data,
    steps: { studied: { done: 0, total: 1, at: null }, ...(old['steps'] as Json | undefined) },
  }),
}

/**
 * experiment.json, of this version or an older one, as this version has it.
 * @param name how messages call the file
 * @throws HalftoneError `newer-schema` when a later Halftone wrote it, `unreadable-file` when it is not what it should be
 */
export function migrate(json: unknown, name: string): Experiment {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new HalftoneError('unreadable-file', `Expected an experiment in ${name}, got something else.`)
  }
  let current = json as Json
  const found = current['schema']
  if (typeof found !== 'number' || !Number.isInteger(found) || found < 0) {
    throw new HalftoneError(
      'unreadable-file',
      `Expected a schema version in ${name}, got ${JSON.stringify(found)}. It was not written by Halftone, or was damaged since.`,
    )
  }
  if (found > schemaVersion) {
    throw new HalftoneError(
      'newer-schema',
      `${name} was written by a newer Halftone (schema ${found}; this one knows up to ${schemaVersion}). Update Halftone to open it.`,
    )
  }
  for (let version = found; version < schemaVersion; version++) {
    current = { ...migrations[version]!(current), schema: version + 1 }
  }
  const checked = experimentSchema.safeParse(current)
  if (!checked.success) {
    throw new HalftoneError(
      'unreadable-file',
      `${name} is damaged: ${z.prettifyError(checked.error).replaceAll('\n', ' ')}`,
    )
  }
  return checked.data
}
