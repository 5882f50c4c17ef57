import type { Seen } from '#core/capture/seenSheets'

/** To the worker. A frame is answered by `seen` or `failed` before the next may come. */
export type ToScanner =
  | { readonly kind: 'start'; readonly wasmUrl: string }
  /** The frame that is kept is closed, and the worker ends: browsers complain of frames that are only dropped. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'frame'; readonly id: number; readonly frame: VideoFrame | ImageBitmap }
  /** Asks for the last frame, whole and without loss. */
  | { readonly kind: 'still'; readonly id: number }

export type FromScanner =
  | { readonly kind: 'ready' }
  /** @property took ms that reading and measuring took in the worker */
  | { readonly kind: 'seen'; readonly id: number; readonly seen: Seen; readonly took: number }
  | { readonly kind: 'still'; readonly id: number; readonly picture: Blob | null }
  | { readonly kind: 'failed'; readonly message: string }
