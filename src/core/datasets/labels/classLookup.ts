/** A class as a model or a data set names it: a name alone, or an id for files with a name for people. */
export type NamedClass = string | { readonly id: string; readonly name: string }

/**
 * Finds a class by its id or name as written, then without regard to case, spaces, hyphens and underscores, then by
 * its index from 0. An index comes last: classes may themselves be called 0 to 9.
 *
 * @returns The index, or undefined when no class, or more than one, is meant.
 */
export function classLookup(classes: readonly NamedClass[]): (label: string) => number | undefined {
  const exact = new Map<string, number | undefined>()
  const loose = new Map<string, number | undefined>()
  const enter = (map: Map<string, number | undefined>, key: string, index: number): void => {
    // A key that two classes share names neither.
    map.set(key, map.has(key) && map.get(key) !== index ? undefined : index)
  }
  classes.forEach((item, index) => {
    for (const key of typeof item === 'string' ? [item] : [item.id, item.name]) {
      enter(exact, key, index)
      enter(loose, plain(key), index)
    }
  })
  return (label) => {
    const trimmed = label.trim()
    const named = exact.get(trimmed) ?? loose.get(plain(trimmed))
    if (named !== undefined) return named
    if (!/^\d+$/.test(trimmed)) return undefined
    const index = Number(trimmed)
    return index < classes.length ? index : undefined
  }
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim()
}

/** What to tell someone whose label is none of the classes. */
export function unknownLabel(label: string, classes: readonly NamedClass[]): string {
  const names = classes.map((item) => (typeof item === 'string' ? item : item.id))
  const some = names.slice(0, 4).join(', ')
  const rest = names.length > 4 ? ` and ${names.length - 4} more` : ''
  return `Unknown label "${label}": expected one of the classes ${some}${rest}, or an index of 0 to ${names.length - 1}.`
}
