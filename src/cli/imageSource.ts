import type { ImageSourceRef } from '#contract/experiment'
import { isDrawnSet } from '#core/datasets/drawnSets'
import { HalftoneError } from '#core/errors'
import { findDataFiles } from '#node/datasets/dataFolder'

interface Chosen {
  /** As given with --images: the name of a drawn set, a folder of data files or of pictures; undefined for road signs. */
  readonly images: string | undefined
  readonly split: 'train' | 'validation' | 'test'
  /** Undefined for what the model's profile says. */
  readonly fit?: 'crop' | 'pad' | 'stretch' | undefined
  readonly seed: string
}

/** What --images means. A folder that is called like a drawn set is named by `./digits`. */
export function imageSource({ images, split, fit, seed }: Chosen): ImageSourceRef {
  if (images === undefined) return { kind: 'signs', split, seed }
  if (isDrawnSet(images)) return { kind: images, split, seed }
  const files = findDataFiles(images)
  if (!files) return { kind: 'folder', path: images, ...(fit && { fit }) }
  if (split === 'validation') {
    throw new HalftoneError(
      'invalid-argument',
      `The data in ${images} have a training and a test split, no validation split. Give --split train or test.`,
    )
  }
  return { kind: files.kind, path: images, split }
}

/** What --images takes, for the help. */
export const imagesHelp =
  'signs, digits or colours (drawn), a folder of MNIST or CIFAR-10 files, or own images: a folder with a folder for each ' +
  'class, or with a labels.csv (default: what a net of `halftone train` says it was trained on, else signs)'
