import type { ImageSourceRef, ModelRef } from '#contract/experiment'
import { HalftoneError } from '#core/errors'
import type { ByteImages } from '#core/tensor/Images'
import { imagesOf, type Raster } from '#core/tensor/Raster'
import { fitPicture } from '../images/fitPicture'

type Fit = Extract<ImageSourceRef, { kind: 'folder' }>['fit']

/**
 * One picture as a batch of one, of the model's size and channels.
 * @param fit where it is left out, how the model's profile brings pictures to its size
 * @throws HalftoneError `unsupported`
 */
export async function fitToModel(
  picture: Raster,
  { input, name, profile }: ModelRef,
  fit?: Fit,
): Promise<ByteImages> {
  const { channels, width, height } = input
  if (channels !== 1 && channels !== 3) {
    throw new HalftoneError(
      'unsupported',
      `Expected a model of 1 or 3 channels, but ${name} takes ${channels}.`,
    )
  }
  const { fit: usual, shortSide } = profile?.resize ?? { fit: 'crop', shortSide: null }
  return imagesOf([await fitPicture(picture, width, height, fit ?? usual, shortSide)], channels)
}
