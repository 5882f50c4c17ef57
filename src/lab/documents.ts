import type { z } from 'zod'
import { HalftoneError } from '#core/errors'
import { formatJson } from './formatJson'
import type { ExperimentFolder, ExperimentWriter } from './ports/ExperimentStore'

/**
 * A JSON file of an experiment, checked.
 * @throws HalftoneError `not-found`, `unreadable-file` when it is not what it should be
 */
export async function readDocument<S extends z.ZodType>(
  folder: ExperimentFolder,
  path: string,
  schema: S,
): Promise<z.infer<S>> {
  const text = await folder.readText(path)
  try {
    return schema.parse(JSON.parse(text))
  } catch (error) {
    throw new HalftoneError(
      'unreadable-file',
      `${folder.location(path)} is damaged or was changed by hand. Make it anew by the step that makes it (on the command line with --again).`,
      { cause: error },
    )
  }
}

/** As {@link readDocument}; undefined when there is no such file. */
export async function findDocument<S extends z.ZodType>(
  folder: ExperimentFolder,
  path: string,
  schema: S,
): Promise<z.infer<S> | undefined> {
  return (await folder.has(path)) ? readDocument(folder, path, schema) : undefined
}

/** The schema is named so that what is written is what will be read. */
export async function writeDocument<S extends z.ZodType>(
  writer: ExperimentWriter,
  path: string,
  _schema: S,
  value: z.infer<S>,
): Promise<void> {
  await writer.write(path, formatJson(value))
}
