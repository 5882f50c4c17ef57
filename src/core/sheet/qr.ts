import { HalftoneError } from '#core/errors'
import qrcode from 'qrcode'

export { QR_MODULES, QR_QUIET_MODULES } from './qrSize'

/** Characters that fit a version 1 code at level Q in alphanumeric mode. */
export const QR_CAPACITY = 16

const ALPHANUMERIC = /^[0-9A-Z $%*+\-./:]*$/

/**
 * The modules of a version 1, level Q code, row-major, true is dark.
 *
 * @param text At most 16 characters of the QR alphanumeric set.
 */
export function qrModules(text: string): { readonly size: number; readonly dark: readonly boolean[] } {
  if (text.length > QR_CAPACITY || !ALPHANUMERIC.test(text)) {
    throw new HalftoneError(
      'invalid-argument',
      `Expected at most ${QR_CAPACITY} characters of 0-9, A-Z, space and $%*+-./: for a sheet code, got "${text}".`,
    )
  }
  const { modules } = qrcode.create([{ data: text, mode: 'alphanumeric' }], {
    version: 1,
    errorCorrectionLevel: 'Q',
  })
  return { size: modules.size, dark: Array.from(modules.data, (bit) => bit === 1) }
}
