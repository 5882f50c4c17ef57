import { HalftoneError, type ErrorCode } from '#core/errors'
import type { AbortEvents } from '#lab/ports/Engine'

/**
 * What goes between a process and one that it started, for a table of handlers `H` on the child's side. Names, inputs,
 * outputs and progress of the calls are derived from the handlers and written nowhere else.
 */
export type CallName<H> = keyof H & string
export type CallInput<H, K extends CallName<H>> = H[K] extends (input: infer I, context: never) => unknown
  ? I
  : never
export type CallOutput<H, K extends CallName<H>> = H[K] extends (...input: never) => infer O
  ? Awaited<O>
  : never
export type CallProgress<H, K extends CallName<H>> = H[K] extends (
  input: never,
  context: Context<infer P>,
) => unknown
  ? P
  : never

/** What a handler gets beside its input. */
export interface Context<P = never> {
  readonly signal: AbortEvents
  readonly progress: (progress: P) => void
}

/** An error as it crosses the border. Without a code it is a bug, and its stack comes along. */
export interface WireError {
  readonly code?: ErrorCode
  readonly message: string
  readonly stack?: string
}

export type ToChild =
  | { readonly type: 'call'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly type: 'cancel'; readonly id: number }

/** @typeParam E what the child tells without being asked */
export type FromChild<E = never> =
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly error: WireError }
  | { readonly type: 'progress'; readonly id: number; readonly progress: unknown }
  | { readonly type: 'event'; readonly event: E }

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
