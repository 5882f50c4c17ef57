import type { CommandName, Input, Output } from '#contract/commands'
import type { Events } from '#contract/events'
import type { BlobRef } from '#contract/host'
import type { Reply } from '#contract/reply'
import type { Blob } from '#lab/blob'

/** Whether the lab can answer: `lost` from a crash until it runs again. */
export type LabState = 'running' | 'lost'

/** The lab as hosts hold it, in their own process or in another. Nothing here rejects: what goes wrong is in the reply. */
export interface LabClient extends AsyncDisposable {
  send<K extends CommandName>(name: K, input: Input<K>): Promise<Reply<Output<K>>>
  /** Returns the function that ends the listening. */
  listen<K extends keyof Events>(name: K, listener: (event: Events[K]) => void): () => void
  /** @param side a thumbnail that fits into a square of this many pixels */
  blob(ref: BlobRef, side?: number): Promise<Reply<Blob>>
  readonly state: LabState
  /** Calls at every change of the lab's state. Returns the function that ends it. */
  watch(listener: (state: LabState) => void): () => void
}
