/** Whether two plain values are the same, whatever the order of their keys. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const one = Object.entries(a).filter(([, value]) => value !== undefined)
  const other = new Map(Object.entries(b).filter(([, value]) => value !== undefined))
  return (
    one.length === other.size && one.every(([key, value]) => other.has(key) && same(value, other.get(key)))
  )
}
