import { HalftoneError } from '#core/errors'
import type { ByteImages, ImageSpec } from '#core/tensor/Images'
import { pixelsPerImage } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { rasterOf, type Raster } from '#core/tensor/Raster'

export type Split = 'train' | 'validation' | 'test'

/** A class of a data set. Its label is its place in the set's list. */
export interface SetClass {
  /** Stable, for files and command lines. */
  readonly id: string
  /** For people. */
  readonly name: string
}

/** Draws pictures one after another; what it keeps between them is no more than memory. */
export interface PictureDrawer {
  /** Writes one picture's 8-bit planes (CHW) into `out` from `offset` on; depends on stream and label alone. */
  draw(random: Random, label: number, out: Uint8Array, offset: number): void
}

/** A data set without end that is drawn on demand, by seed and index. */
export interface DrawnSet {
  /** For people: "digits drawn by Halftone". */
  readonly title: string
  /** What one picture is called: "digit". */
  readonly picture: string
  /** Names the random streams. Changing it changes every picture. */
  readonly stream: string
  readonly spec: ImageSpec
  readonly classes: readonly SetClass[]
  drawer(): PictureDrawer
}

/** Which pictures: splits draw from different streams, so that none shares a picture with another. */
export interface DrawnFrom {
  readonly split: Split
  readonly seed: string | number
}

/** The label of a picture: every run of as many pictures as there are classes, from a multiple of it on, has each once. */
export function drawnLabel(set: DrawnSet, index: number): number {
  return index % set.classes.length
}

/**
 * Pictures `start` to `start + count` as a batch, each the same as when it is drawn alone.
 * @throws HalftoneError `invalid-argument` for an index below 0
 */
export function drawBatch(
  set: DrawnSet,
  { split, seed }: DrawnFrom,
  start: number,
  count: number,
): { images: ByteImages; labels: Uint8Array } {
  if (!Number.isInteger(start) || start < 0) {
    throw new HalftoneError('invalid-argument', `Expected a picture index of 0 or more, got ${start}.`)
  }
  const size = pixelsPerImage(set.spec)
  const data = new Uint8Array(count * size)
  const labels = new Uint8Array(count)
  const drawer = set.drawer()
  const stream = new Random(`${set.stream}/${split}/${seed}`)
  for (let i = 0; i < count; i++) {
    labels[i] = drawnLabel(set, start + i)
    drawer.draw(stream.fork(start + i), labels[i]!, data, i * size)
  }
  return { images: { ...set.spec, count, data }, labels }
}

/** One picture of the set, alone. */
export function drawnPicture(
  set: DrawnSet,
  from: DrawnFrom,
  index: number,
): { picture: Raster; label: number } {
  const { images, labels } = drawBatch(set, from, index, 1)
  return { picture: rasterOf(images, 0), label: labels[0]! }
}
