import { widthOf, type TextStyle } from '../text'

/** Breaks a text into lines at spaces; a word wider than the line is broken where it must be. */
export function wrap(doc: PDFKit.PDFDocument, text: string, width: number, style: TextStyle): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/u).filter((part) => part !== '')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (widthOf(doc, longer, style) <= width) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    const pieces = pieceUp(doc, word, width, style)
    lines.push(...pieces.slice(0, -1))
    line = pieces.at(-1)!
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line]
}

function pieceUp(doc: PDFKit.PDFDocument, word: string, width: number, style: TextStyle): string[] {
  if (widthOf(doc, word, style) <= width) return [word]
  const pieces: string[] = []
  let piece = ''
  for (const character of word) {
    if (piece !== '' && widthOf(doc, piece + character, style) > width) {
      pieces.push(piece)
      piece = ''
    }
    piece += character
  }
  return [...pieces, piece]
}
