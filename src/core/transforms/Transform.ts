import type { ByteImages } from '../tensor/Images'
import type { Random } from '../tensor/Random'
import type { Raster } from '../tensor/Raster'

/** A picture after a JPEG file of the given quality (1 to 100, as libjpeg counts it). The core has no codec of its own. */
export type ThroughJpeg = (picture: Raster, quality: number) => Promise<Raster>

/** What effects need from outside. */
export interface TransformContext {
  readonly random: Random
  readonly jpeg: ThroughJpeg
}

/** One effect of adjustable strength on 8-bit images, as in the study of Kurakin 2016, section 5. */
export interface Transform {
  readonly title: string
  /** What the strength is, for an axis: with its unit. */
  readonly axis: string
  readonly help: string
  readonly min: number
  readonly max: number
  /** Strengths of the study, the mildest first. */
  readonly strengths: readonly number[]
  /** The same images after the effect; the input is left as it is. */
  apply(images: ByteImages, strength: number, context: TransformContext): Promise<ByteImages>
}
