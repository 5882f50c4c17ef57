import type { Failure } from '#contract/reply'
import { HalftoneError } from '#core/errors'

export function failure(code: string, message: string): Failure {
  return { ok: false, code, message }
}

/** What a user can act on keeps its code; anything else is a bug of ours, and its stack goes along for the report of it. */
export function failureOf(error: unknown): Failure {
  if (error instanceof HalftoneError) return failure(error.code, error.message)
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return failure('internal', `This is a bug in Halftone. Please report it with these lines:\n${text}`)
}
