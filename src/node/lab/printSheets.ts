import { Writable } from 'node:stream'
import type { PrintSheets } from '#lab/ports/SheetPrinter'
import { writeSheets } from '../pdf/sheets'

/** The sheets' PDF in memory. It carries no date, so that the same experiment gives the same bytes. */
export const printSheets: PrintSheets = async (input, options) => {
  const parts: Buffer[] = []
  const out = new Writable({
    write(part: Buffer, _encoding, done) {
      parts.push(part)
      done()
    },
  })
  await writeSheets(input, out, options)
  return Buffer.concat(parts)
}
