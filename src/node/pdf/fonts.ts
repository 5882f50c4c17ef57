import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectFolder } from '#node/lab/projectFolder'
import { unpackWoff } from './woff'

/** The faces of sheets and reports: IBM Plex, whose figures are all of one width. Latin, Greek and Cyrillic. */
const files = {
  regular: 'IBMPlexSans-Regular.woff',
  semibold: 'IBMPlexSans-SemiBold.woff',
  italic: 'IBMPlexSans-Italic.woff',
  mono: 'IBMPlexMono-Regular.woff',
} as const

export type Face = keyof typeof files

/** Makes the faces known to a document under their names; only those used are embedded, and only their used glyphs. */
export function registerFonts(doc: PDFKit.PDFDocument): void {
  const folder = join(projectFolder(), 'assets', 'fonts')
  for (const [face, file] of Object.entries(files))
    doc.registerFont(face, unpackWoff(readFileSync(join(folder, file))))
}
