export interface NamedFeed {
  readonly name: string
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** What a step worker is asked. */
export type StepRequest =
  | { readonly kind: 'open'; readonly model: Uint8Array }
  /** `feeds` are the worker's own part of the batch, `shared` the parameters, in shared memory. */
  | { readonly kind: 'step'; readonly feeds: readonly NamedFeed[]; readonly shared: readonly NamedFeed[] }

export type StepReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly outputs: readonly (readonly [string, Float32Array])[] }
  | { readonly kind: 'failed'; readonly message: string }
