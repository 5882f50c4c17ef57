import { HalftoneError } from '#core/errors'
import type { ImageSpec } from '#core/tensor/Images'

/** @throws HalftoneError `shape-mismatch` unless the images have the size that the model takes */
export function checkImages(input: ImageSpec, images: ImageSpec): void {
  const text = (s: ImageSpec): string => `${s.channels}x${s.height}x${s.width}`
  if (text(images) !== text(input)) {
    throw new HalftoneError(
      'shape-mismatch',
      `The model takes images of ${text(input)} (channels x height x width), got ${text(images)}.`,
    )
  }
}
