import { pixelsPerImage, type ImageSpec } from '#core/tensor/Images'

/**
 * The distortion of Szegedy 2014, section 4.2: sqrt(mean of r^2) over all values of the image, for pixels in [0, 1], so that it
 * compares images of different sizes. Gaussian noise of this standard deviation has it too.
 * @param l2 |r|_2 in 8-bit units
 */
export function distortionOf(l2: number, image: ImageSpec): number {
  return l2 / 255 / Math.sqrt(pixelsPerImage(image))
}
