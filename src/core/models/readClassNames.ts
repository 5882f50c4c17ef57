import { HalftoneError } from '#core/errors'

/**
 * Class names from text: a JSON array of strings, or one name a line (empty lines at the end do not count).
 * @param where what the text is, for messages
 * @throws HalftoneError `unreadable-file`
 */
export function readClassNames(text: string, where: string): string[] {
  if (text.trimStart().startsWith('[')) {
    let names: unknown
    try {
      names = JSON.parse(text)
    } catch (cause) {
      throw new HalftoneError('unreadable-file', `${where}: the JSON array of class names is damaged.`, {
        cause,
      })
    }
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names
    throw new HalftoneError('unreadable-file', `${where}: expected a JSON array of strings, one per class.`)
  }
  return text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.trim())
}

/** The names if there are as many as classes. @throws HalftoneError `shape-mismatch` */
export function checkedClassNames(
  names: readonly string[],
  classes: number,
  where: string,
): readonly string[] {
  if (names.length === classes) return names
  throw new HalftoneError(
    'shape-mismatch',
    `${where}: expected ${classes} class names, one per output of the model, got ${names.length}.`,
  )
}

/** Stand-ins for a model that carries no class names. */
export function numberedClasses(classes: number): readonly string[] {
  return Array.from({ length: classes }, (_, i) => `class ${i}`)
}
