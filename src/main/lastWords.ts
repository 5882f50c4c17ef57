import type { UtilityProcess } from 'electron'

/** Follows what a process writes to stderr. @returns a function that tells the end of it */
export function lastWordsOf(process: UtilityProcess): () => string {
  let words = ''
  process.stderr?.on('data', (bytes: Buffer) => {
    words = (words + bytes.toString('utf8')).slice(-2000)
  })
  return () => words
}
