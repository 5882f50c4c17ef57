/**
 * JSON for people: two spaces deep, but what fits on one line of `width` characters stands on one line, so that a list
 * of predictions reads as a table. Ends with a newline.
 */
export function formatJson(value: unknown, width = 120): string {
  return `${format(JSON.parse(JSON.stringify(value)) as Json, '', width)}\n`
}

type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** @param taken what stands on the first line before the value */
function format(value: Json, indent: string, width: number, taken = 0): string {
  const flat = inline(value)
  const fits = indent.length + taken + flat.length <= width
  if (value === null || typeof value !== 'object' || fits) return flat
  const deeper = `${indent}  `
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => deeper + format(item, deeper, width)).join(',\n')}\n${indent}]`
  }
  const lines = Object.entries(value).map(([key, item]) => {
    const head = `${JSON.stringify(key)}: `
    return deeper + head + format(item, deeper, width, head.length)
  })
  return `{\n${lines.join(',\n')}\n${indent}}`
}

function inline(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const fields = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${inline(item)}`)
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
}
