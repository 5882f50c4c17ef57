/** An error as it crosses a process border: `code` for programs, `message` for people. `internal` is a bug. */
export interface Failure {
  readonly ok: false
  readonly code: string
  readonly message: string
}

/** What every command answers: a value, or what was expected, what came, and what to do. */
export type Reply<T> = { readonly ok: true; readonly value: T } | Failure
