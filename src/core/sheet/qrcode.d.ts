/** The one function of npm `qrcode` that we call; the package ships no types. */
declare module 'qrcode' {
  interface Segment {
    readonly data: string
    readonly mode: 'alphanumeric' | 'byte'
  }
  interface CreateOptions {
    /** As small as holds the data when absent. */
    readonly version?: number
    readonly errorCorrectionLevel: 'L' | 'M' | 'Q' | 'H'
  }
  interface QrSymbol {
    /** Row-major, 1 is dark. */
    readonly modules: { readonly size: number; readonly data: Uint8Array }
  }
  const qrcode: { create(segments: readonly Segment[], options: CreateOptions): QrSymbol }
  export default qrcode
}
