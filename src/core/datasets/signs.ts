import type { ByteImages } from '#core/tensor/Images'
import type { Random } from '#core/tensor/Random'
import { rasterOf, type Raster } from '#core/tensor/Raster'
import { drawBatch, drawnLabel, drawnPicture, type DrawnSet, type SetClass, type Split } from './DrawnSet'
import { SignRenderer } from './SignRenderer'
import { catalogue } from './signs/catalogue'

export type { Split } from './DrawnSet'

/** Side of the embedded model's pictures, in pixels. */
export const signSize = 128

export const signClasses: readonly SetClass[] = catalogue.map(({ id, name }) => ({ id, name }))

/** Road signs in their surroundings: what the embedded model knows. */
export const signs: DrawnSet = {
  title: 'road signs drawn by Halftone',
  picture: 'sign',
  stream: 'road signs',
  spec: { channels: 3, height: signSize, width: signSize },
  classes: signClasses,
  drawer: () => {
    const renderer = new SignRenderer(signSize)
    return {
      draw(random, label, out, offset) {
        renderer.render(random, label, out, offset)
      },
    }
  },
}

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
  return drawnLabel(signs, index)
}

/** Picture `index` of a split, alone. */
export function signDataset(options: {
  readonly seed: string | number
  readonly split: Split
  readonly index: number
}): { picture: Raster; label: number } {
  return drawnPicture(signs, options, options.index)
}

/** Pictures `start` to `start + count` of a split as a batch [count, 3, 128, 128], the same as one by one. */
export function fillBatch(
  split: Split,
  seed: string | number,
  start: number,
  count: number,
): { images: ByteImages; labels: number[] } {
  const { images, labels } = drawBatch(signs, { split, seed }, start, count)
  return { images, labels: [...labels] }
}
