import { join } from 'node:path'
import type { ImageSourceRef, ModelRef } from '#contract/experiment'
import { classLookup } from '#core/datasets/labels/classLookup'
import { signClasses, signDataset, signLabel } from '#core/datasets/signs'
import { HalftoneError } from '#core/errors'
import { imagesOf, type Raster } from '#core/tensor/Raster'
import { Random } from '#core/tensor/Random'
import type { ImageSource, OpenImages } from '#lab/ports/ImageSource'
import { decodePicture } from '../images/decodePicture'
import { fitPicture } from '../images/fitPicture'
import { listPictures } from '../images/listPictures'

/** Drawn road signs, or a folder of the user's own pictures, in the random order of the seed. */
export const openImages: OpenImages = (source, model, seed) =>
  source.kind === 'signs' ? Promise.resolve(signs(source, model, seed)) : folder(source, model, seed)

type Of<K extends ImageSourceRef['kind']> = Extract<ImageSourceRef, { kind: K }>

/** Drawn signs have no end; this many are far more than anyone looks through. */
const endless = 2 ** 30

function signs({ split, seed: drawn }: Of<'signs'>, model: ModelRef, seed: string): ImageSource {
  const labels = signLabels(model)
  const random = new Random(seed).fork('order of signs')
  return {
    size: endless,
    skipped: [],
    async take(number) {
      const index = random.fork(number).int(endless)
      const { picture } = signDataset({ split, seed: drawn, index })
      const label = labels[signLabel(index)]!
      return { ...(await batchOf(picture, model, 'stretch')), label, origin: `sign ${index} of ${split}` }
    },
  }
}

/** The model's label of each sign. */
function signLabels({ name, classes }: ModelRef): number[] {
  const find = classLookup(classes)
  return signClasses.map(({ id, name: title }) => {
    const label = classes.includes(id) || find(title) === undefined ? find(id) : find(title)
    if (label !== undefined) return label
    throw new HalftoneError(
      'invalid-argument',
      `The model ${name} has no class "${id}", so drawn road signs mean nothing to it. Give your own images with --images.`,
    )
  })
}

async function folder({ path, fit }: Of<'folder'>, model: ModelRef, seed: string): Promise<ImageSource> {
  const { files, skipped } = await listPictures(path, model.classes)
  if (files.length === 0) {
    const reasons = skipped.slice(0, 3).map(({ file, reason }) => `${file}: ${reason}`)
    throw new HalftoneError('not-found', `None of the pictures in ${path} can be used. ${reasons.join(' ')}`)
  }
  const order = new Random(seed).fork('order of files').shuffle(files)
  return {
    size: order.length,
    skipped,
    async take(number) {
      const { file, label } = order[number]!
      const whole = join(path, file)
      try {
        return { ...(await batchOf(await decodePicture(whole), model, fit)), label, origin: file }
      } catch (error) {
        if (!(error instanceof HalftoneError)) throw error
        return { file, reason: error.message.replaceAll(whole, file) }
      }
    },
  }
}

async function batchOf(
  picture: Raster,
  { input, name }: ModelRef,
  fit: Of<'folder'>['fit'],
): Promise<{ image: ReturnType<typeof imagesOf> }> {
  const { channels, width, height } = input
  if (channels !== 1 && channels !== 3) {
    throw new HalftoneError(
      'unsupported',
      `Expected a model of 1 or 3 channels, but ${name} takes ${channels}.`,
    )
  }
  return { image: imagesOf([await fitPicture(picture, width, height, fit)], channels) }
}
