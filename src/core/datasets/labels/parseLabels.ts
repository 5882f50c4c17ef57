/** One line of a label file: which picture, what it shows, and where that is written. */
export interface LabelRow {
  readonly file: string
  readonly label: string
  /** Counted from 1. */
  readonly line: number
}

export interface LabelFile {
  readonly rows: readonly LabelRow[]
  /** Lines that hold no file and label. */
  readonly faults: readonly { readonly line: number; readonly reason: string }[]
}

const fileHeads = new Set(['file', 'files', 'filename', 'file name', 'file_name', 'path', 'image', 'picture'])
const labelHeads = new Set([
  'label',
  'labels',
  'class',
  'class id',
  'classid',
  'class_id',
  'category',
  'target',
])

/**
 * Reads a label file: a file and a label on each line, apart by comma, semicolon, tab or, where none of these stands,
 * the first white space. Fields may be quoted ("" is a quote). Further columns are left alone, unless a first line of headings
 * says where file and label stand. Empty lines and lines that start with # are passed over.
 */
export function parseLabels(text: string): LabelFile {
  const rows: LabelRow[] = []
  const faults: { line: number; reason: string }[] = []
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  let fileAt = 0
  let labelAt = 1
  let headed = false
  lines.forEach((content, i) => {
    const line = i + 1
    if (content.trim() === '' || content.trimStart().startsWith('#')) return
    const fields = split(content)
    if (!headed) {
      headed = true
      const heads = fields.map((field) => field.toLowerCase())
      const [file, label] = [
        heads.findIndex((head) => fileHeads.has(head)),
        heads.findIndex((head) => labelHeads.has(head)),
      ]
      if (file >= 0 && label >= 0) {
        fileAt = file
        labelAt = label
        return
      }
    }
    const file = fields[fileAt] ?? ''
    const label = fields[labelAt] ?? ''
    if (file !== '' && label !== '') rows.push({ file, label, line })
    else faults.push({ line, reason: `Expected a file and a label, got "${content.trim()}".` })
  })
  return { rows, faults }
}

function split(line: string): string[] {
  const separator = [',', ';', '\t'].find((mark) => line.includes(mark))
  if (separator === undefined) {
    const [, file = '', label = ''] = /^\s*(\S+)\s+(.*?)\s*$/.exec(line) ?? []
    return [file, label]
  }
  const fields: string[] = []
  let field = ''
  let quoted = false
  for (let i = 0; i < line.length; i++) {
    const mark = line[i]!
    if (quoted) {
      if (mark !== '"') field += mark
      else if (line[i + 1] === '"') field += line[++i]!
      else quoted = false
    } else if (mark === '"' && field.trim() === '') {
      quoted = true
      field = ''
    } else if (mark === separator) {
      fields.push(field.trim())
      field = ''
    } else field += mark
  }
  fields.push(field.trim())
  return fields
}
