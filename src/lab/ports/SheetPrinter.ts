import type { CancelSignal } from '#core/errors'
import type { LaidSheet, SheetLayout } from '#core/sheet/SheetLayout'

/** A pair of images as PNG files, with what its caption says. */
export interface CaptionedPair {
  readonly index: string
  readonly label: string
  readonly method: string
  readonly clean: Uint8Array
  readonly adversarial: Uint8Array
}

export interface SheetsToPrint {
  readonly name: string
  readonly code: string
  readonly layout: SheetLayout
  readonly sheets: readonly LaidSheet[]
  readonly pair: (index: number) => Promise<CaptionedPair>
}

/** Makes the PDF of an experiment's sheets. The same input gives the same bytes. */
export type PrintSheets = (
  input: SheetsToPrint,
  options: {
    readonly signal: CancelSignal
    readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void
  },
) => Promise<Uint8Array>
