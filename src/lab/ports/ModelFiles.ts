import type { ShelfModel } from '#contract/models'
import type { AbortEvents } from './Engine'

/** A model on the shelf as it is kept: where it lies, and what was known of it when it was added. */
export interface ShelvedModel {
  /** SHA-256 of the file, in hex. */
  readonly id: string
  readonly name: string
  readonly path: string
  readonly labels: string | null
  readonly added: string
  /** Of the file, in bytes, and when it was last written: by these a later change is noticed. */
  readonly size: number
  readonly modified: number
  readonly known: Pick<ShelfModel, 'input' | 'classes' | 'differentiable' | 'profile'>
}

/** The user's own models: a list beside the experiments, and a folder for files that were uploaded or fetched. */
export interface ModelFiles {
  /** Newest first. */
  list(): Promise<readonly ShelvedModel[]>
  /** Puts a model on the list, in place of one with its id. */
  put(model: ShelvedModel): Promise<void>
  /** @returns what was struck out; undefined when there was none of that id */
  remove(id: string): Promise<ShelvedModel | undefined>
  /** Size in bytes and time of the last change; null when there is no such file. */
  look(path: string): Promise<{ readonly size: number; readonly modified: number } | null>
  /** SHA-256 of a file, in hex. @throws HalftoneError `not-found`, `storage` */
  hash(path: string): Promise<string>
  /**
   * Files that lie among the uploads go to the folder of models, with what lies beside them under their name (weights,
   * labels); others stay.
   * @returns where they are now
   */
  settle(files: { readonly path: string; readonly labels: string | null }): Promise<{
    readonly path: string
    readonly labels: string | null
  }>
  /**
   * Fetches an ONNX file, and the files that it names beside it, into the folder of models; goes on where an earlier call
   * for the same address stopped.
   * @throws HalftoneError `invalid-argument`, `not-found`, `unreadable-file`, `does-not-fit`, `cancelled`
   */
  fetch(
    from: { readonly url: string; readonly sha256?: string | undefined },
    hooks: {
      readonly signal: AbortEvents
      /** In bytes; null where the server does not say how many there are. */
      readonly onProgress: (progress: { readonly done: number; readonly total: number | null }) => void
    },
  ): Promise<{ readonly path: string }>
}
