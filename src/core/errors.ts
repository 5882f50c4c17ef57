/** What went wrong, as a stable word for programs. The message is for people. */
export type ErrorCode =
  | 'invalid-argument'
  | 'not-found'
  | 'unreadable-file'
  | 'unsupported'
  | 'not-differentiable'
  | 'shape-mismatch'
  | 'does-not-fit'
  | 'cancelled'
  | 'engine-lost'
  | 'storage'
  | 'newer-schema'
  | 'conflict'

/**
 * An error that a user can cause or must act on. Its message says what was expected, what came, and what to do.
 * Anything else that is thrown is a bug in Halftone and keeps its stack trace.
 */
export class HalftoneError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'HalftoneError'
    this.code = code
  }
}

/** The part of an AbortSignal that long work in the core looks at. */
export interface CancelSignal {
  readonly aborted: boolean
}

/** @throws HalftoneError `cancelled` once the signal is aborted. */
export function throwIfCancelled(signal: CancelSignal | undefined): void {
  if (signal?.aborted) throw new HalftoneError('cancelled', 'Cancelled.')
}
