import type { ShelfModel } from '#contract/models'

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
}
