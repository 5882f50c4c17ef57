import type { ImageSpec } from '#core/tensor/Images'

/** What a net is built for: the pictures it takes and how many classes it tells apart. */
export interface NetSpec {
  readonly input: ImageSpec
  readonly classes: number
}
