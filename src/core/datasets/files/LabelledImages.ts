import { HalftoneError } from '#core/errors'
import type { ByteImages } from '#core/tensor/Images'
import { concatImages, pixelsPerImage } from '#core/tensor/Images'

/** A data set in memory. */
export interface LabelledImages {
  readonly images: ByteImages
  /** One label per image, below `classes.length`. */
  readonly labels: Uint8Array
  /** Names of the classes. */
  readonly classes: readonly string[]
}

/** One data set from parts, in order. @throws HalftoneError `shape-mismatch` for parts of different image sizes */
export function concatLabelled(parts: readonly LabelledImages[]): LabelledImages {
  const images = concatImages(parts.map((part) => part.images))
  const labels = new Uint8Array(images.count)
  let at = 0
  for (const part of parts) {
    labels.set(part.labels, at)
    at += part.labels.length
  }
  return { images, labels, classes: parts[0]!.classes }
}

/** Images `start` to `end` (exclusive); shares memory. */
export function sliceLabelled(set: LabelledImages, start: number, end: number): LabelledImages {
  const size = pixelsPerImage(set.images)
  return {
    images: { ...set.images, count: end - start, data: set.images.data.subarray(start * size, end * size) },
    labels: set.labels.subarray(start, end),
    classes: set.classes,
  }
}

/** @throws HalftoneError `unreadable-file` when a label is no class */
export function checkLabels(file: string, labels: Uint8Array, classes: number): void {
  const wrong = labels.findIndex((label) => label >= classes)
  if (wrong < 0) return
  throw new HalftoneError(
    'unreadable-file',
    `${file}: expected labels of 0 to ${classes - 1}, got ${labels[wrong]} for image ${wrong}.`,
  )
}
