import { HalftoneError, type CancelSignal, type ErrorCode } from '#core/errors'
import type { Handlers } from './handlers'

/**
 * What goes between the lab and its engine process. Names, inputs, outputs and progress of the calls are those of the
 * handlers, derived here and written nowhere else.
 */
export type CallName = keyof Handlers
export type CallInput<K extends CallName> = Parameters<Handlers[K]>[0]
export type CallOutput<K extends CallName> = Awaited<ReturnType<Handlers[K]>>
export type CallProgress<K extends CallName> =
  Parameters<Handlers[K]> extends [unknown, Context<infer P>] ? P : never

/** What a handler gets beside its input. */
export interface Context<P = never> {
  readonly signal: CancelSignal
  readonly progress: (progress: P) => void
}

/** An error as it crosses the border. Without a code it is a bug, and its stack comes along. */
export interface WireError {
  readonly code?: ErrorCode
  readonly message: string
  readonly stack?: string
}

export type ToEngine =
  | { readonly type: 'call'; readonly id: number; readonly name: CallName; readonly input: unknown }
  | { readonly type: 'cancel'; readonly id: number }

export type FromEngine =
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly error: WireError }
  | { readonly type: 'progress'; readonly id: number; readonly progress: unknown }

export function toWire(error: unknown): WireError {
  if (error instanceof HalftoneError) return { code: error.code, message: error.message }
  if (error instanceof Error) return { message: error.message, ...(error.stack && { stack: error.stack }) }
  return { message: String(error) }
}

export function fromWire({ code, message, stack }: WireError): Error {
  if (code) return new HalftoneError(code, message)
  const error = new Error(message)
  if (stack) error.stack = stack
  return error
}
