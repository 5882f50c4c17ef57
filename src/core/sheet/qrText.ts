import qrcode from 'qrcode'

/** A QR code of any text, as small as it can be at level M, row-major, true is dark. */
export function qrSymbol(text: string): { readonly size: number; readonly dark: readonly boolean[] } {
  const { modules } = qrcode.create([{ data: text, mode: 'byte' }], { errorCorrectionLevel: 'M' })
  return { size: modules.size, dark: Array.from(modules.data, (bit) => bit === 1) }
}
