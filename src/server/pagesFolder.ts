import { dirname, join } from 'node:path'
import { builtFile } from '#node/process/builtFile'

/** The folder of the built page. */
export function pagesFolder(): string {
  return join(dirname(builtFile('lab.js')), 'renderer')
}
