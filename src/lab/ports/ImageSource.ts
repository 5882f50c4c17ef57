import type { ImageSourceRef, ModelRef } from '#contract/experiment'
import type { Refused } from '#contract/steps'
import type { ByteImages } from '#core/tensor/Images'

/** One image of a source, already of the model's size. */
export interface SourceImage {
  /** A batch of one. */
  readonly image: ByteImages
  /** Index of the true class. */
  readonly label: number
  /** Where it came from, for people: a file's path, or the number of a drawn sign. */
  readonly origin: string
}

/** Labelled images in a fixed random order: the same source and seed give the same image for the same number. */
export interface ImageSource {
  /** How many there are; a drawn source has no end. */
  readonly size: number
  /** What of the source cannot be used, and why; more may turn out when images are read. */
  readonly skipped: readonly Refused[]
  /** Image `number` of the random order, from 0; or why it cannot be read. */
  take(number: number): Promise<SourceImage | Refused>
}

/** @throws HalftoneError `not-found`, or `invalid-argument` when labels and classes do not go together */
export type OpenImages = (source: ImageSourceRef, model: ModelRef, seed: string) => Promise<ImageSource>
