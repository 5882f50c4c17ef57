import { join } from 'node:path'
import type { ImageSourceRef, ModelRef } from '#contract/experiment'
import { drawnLabel, drawnPicture } from '#core/datasets/DrawnSet'
import { drawnSets, type DrawnSetName } from '#core/datasets/drawnSets'
import { labelsOf } from '#core/datasets/labels/labelsOf'
import { HalftoneError } from '#core/errors'
import { rasterOf } from '#core/tensor/Raster'
import { Random } from '#core/tensor/Random'
import type { ImageSource, OpenImages } from '#lab/ports/ImageSource'
import { readDataset } from '../datasets/readDataset'
import { decodePicture } from '../images/decodePicture'
import { listPictures } from '../images/listPictures'
import { fitToModel } from './fitToModel'

/** What Halftone draws, a data set in files, or a folder of the user's own pictures, in the random order of the seed. */
export const openImages: OpenImages = async (source, model, seed) => {
  switch (source.kind) {
    case 'signs':
    case 'digits':
    case 'colours':
      return drawn(source, model, seed)
    case 'idx':
    case 'cifar':
      return files(source, model, seed)
    case 'folder':
      return folder(source, model, seed)
  }
}

type Of<K extends ImageSourceRef['kind']> = Extract<ImageSourceRef, { kind: K }>

/** Drawn pictures have no end; this many are far more than anyone looks through. */
const endless = 2 ** 30

function drawn({ kind, split, seed: from }: Of<DrawnSetName>, model: ModelRef, seed: string): ImageSource {
  const set = drawnSets[kind]
  const labels = labelsOf(model, { title: set.title, classes: set.classes, numbered: false })
  const random = new Random(seed).fork(`order of ${kind}`)
  return {
    size: endless,
    skipped: [],
    async take(number) {
      const index = random.fork(number).int(endless)
      const { picture } = drawnPicture(set, { split, seed: from }, index)
      const label = labels[drawnLabel(set, index)]!
      const image = await fitToModel(picture, model, 'stretch')
      return { image, label, origin: `${set.picture} ${index} of ${split}` }
    },
  }
}

/** MNIST's and CIFAR-10's files. */
async function files(
  { kind, path, split }: Of<'idx' | 'cifar'>,
  model: ModelRef,
  seed: string,
): Promise<ImageSource> {
  const { images, labels, classes } = await readDataset(path, split, kind)
  const known = labelsOf(model, {
    title: `the classes in ${path}`,
    classes: classes.map((name) => ({ id: name, name })),
    numbered: classes.every((name, i) => name === String(i)),
  })
  const order = new Random(seed).fork('order of files').shuffle([...labels.keys()])
  return {
    size: order.length,
    skipped: [],
    async take(number) {
      const index = order[number]!
      const image = await fitToModel(rasterOf(images, index), model, 'stretch')
      return { image, label: known[labels[index]!]!, origin: `image ${index} of ${split}` }
    },
  }
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
        return { image: await fitToModel(await decodePicture(whole), model, fit), label, origin: file }
      } catch (error) {
        if (!(error instanceof HalftoneError)) throw error
        return { file, reason: error.message.replaceAll(whole, file) }
      }
    },
  }
}
