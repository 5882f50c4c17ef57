import type { ErrorCode } from '#core/errors'
import type { CaptureOptions } from '#core/capture/capturePhoto'
import type { CaptureOutcome } from '#core/capture/types'
import type { SheetGeometry } from '#core/sheet/SheetGeometry'
import type { Raster } from '#core/tensor/Raster'

/** What a photo can be given as: a path, a file's bytes, or pixels. */
export type PhotoSource = string | Uint8Array | Raster

/** To the worker. */
export type WorkerRequest =
  | { readonly kind: 'sheets'; readonly sheets: readonly SheetGeometry[] }
  | {
      readonly kind: 'photo'
      readonly id: number
      readonly source: PhotoSource
      readonly options: CaptureOptions
    }

/** From the worker. */
export type WorkerReply =
  | { readonly kind: 'outcome'; readonly id: number; readonly outcome: CaptureOutcome }
  | {
      readonly kind: 'error'
      readonly id: number
      /** Undefined for a bug. */
      readonly code: ErrorCode | undefined
      readonly message: string
      readonly stack: string | undefined
    }
