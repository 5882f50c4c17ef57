import { HalftoneError } from '#core/errors'
import type { ByteImages } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { rasterOf, type Raster } from '#core/tensor/Raster'
import { SignRenderer } from './SignRenderer'
import { catalogue } from './signs/catalogue'

/** One kind of road sign. Its label is its index in {@link signClasses}. */
export interface SignClass {
  /** Stable, for files and command lines: 'speed-limit-50'. */
  readonly id: string
  /** For people: 'Speed limit 50'. */
  readonly name: string
}

export type Split = 'train' | 'validation' | 'test'

/** Side of the embedded model's pictures, in pixels. */
export const signSize = 128

export const signClasses: readonly SignClass[] = catalogue.map(({ id, name }) => ({ id, name }))

/**
 * One picture of a sign in its surroundings: RGB, `size` x `size`.
 *
 * @throws HalftoneError `invalid-argument` for a class that does not exist.
 */
export function renderSign(random: Random, classIndex: number, size = signSize): Raster {
  const data = new Uint8Array(3 * size * size)
  new SignRenderer(size).render(random, classIndex, data, 0)
  return rasterOf({ count: 1, channels: 3, height: size, width: size, data }, 0)
}

/** The label of a picture: every run of as many pictures as there are classes, from a multiple of it on, has each once. */
export function signLabel(index: number): number {
  return index % signClasses.length
}

function streamOf(split: Split, seed: string | number, index: number): Random {
  if (!Number.isInteger(index) || index < 0) {
    throw new HalftoneError('invalid-argument', `Expected a picture index of 0 or more, got ${index}.`)
  }
  return new Random(`road signs/${split}/${seed}`).fork(index)
}

/** Picture `index` of a split, alone. Splits draw from different streams, so that none shares a picture with another. */
export function signDataset(options: {
  readonly seed: string | number
  readonly split: Split
  readonly index: number
}): { picture: Raster; label: number } {
  const { seed, split, index } = options
  const label = signLabel(index)
  return { picture: renderSign(streamOf(split, seed, index), label), label }
}

/** Pictures `start` to `start + count` of a split as a batch [count, 3, 128, 128], the same as one by one. */
export function fillBatch(
  split: Split,
  seed: string | number,
  start: number,
  count: number,
): { images: ByteImages; labels: number[] } {
  const length = 3 * signSize * signSize
  const data = new Uint8Array(count * length)
  const renderer = new SignRenderer(signSize)
  const labels: number[] = []
  for (let i = 0; i < count; i++) {
    const label = signLabel(start + i)
    renderer.render(streamOf(split, seed, start + i), label, data, i * length)
    labels.push(label)
  }
  return { images: { count, channels: 3, height: signSize, width: signSize, data }, labels }
}
