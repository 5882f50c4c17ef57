import { join } from 'node:path'
import type { NamedClass } from '#core/datasets/labels/classLookup'
import { HalftoneError, throwIfCancelled, type CancelSignal } from '#core/errors'
import { pixelsPerImage, type ByteImages, type ImageSpec } from '#core/tensor/Images'
import { imagesOf } from '#core/tensor/Raster'
import { decodePicture } from './decodePicture'
import { fitPicture, type Fit } from './fitPicture'
import { listPictures, type SkippedFile } from './listPictures'

export interface LabelledPictures {
  /** At the asked size; none when every file was skipped. */
  readonly images: ByteImages
  readonly labels: readonly number[]
  /** The files behind the images, relative to the folder. */
  readonly names: readonly string[]
  readonly skipped: readonly SkippedFile[]
}

export interface FolderOptions {
  /** How pictures of another shape come to the model's; `crop` (the middle) unless told. */
  readonly fit?: Fit
  /** Read at most this many pictures, taken from the start; the rest are listed as skipped. */
  readonly limit?: number
  readonly signal?: CancelSignal
  readonly onProgress?: (done: number, total: number) => void
}

/** Decoding is done by libvips' own threads; a few files at a time keep them busy without filling memory. */
const atOnce = 4

/**
 * Reads a user's own pictures for a model: a folder with one folder per class, or one with a labels.csv or labels.txt
 * (file, label). Labels are class ids, names or indices. What cannot be used is listed with its reason.
 *
 * @param spec Channels (1 or 3), height and width of the model's input.
 * @throws HalftoneError `not-found` for a missing or empty folder, `unsupported` for other channels, `cancelled`.
 */
export async function readLabelledFolder(
  folder: string,
  classes: readonly NamedClass[],
  spec: ImageSpec,
  options: FolderOptions = {},
): Promise<LabelledPictures> {
  const { channels, height, width } = spec
  if (channels !== 1 && channels !== 3) {
    throw new HalftoneError('unsupported', `Expected a model of 1 or 3 channels, got ${channels}.`)
  }
  const { fit = 'crop', limit = Infinity, signal, onProgress } = options
  const listing = await listPictures(folder, classes)
  const chosen = listing.files.slice(0, limit)
  const pictures: (Uint8Array | SkippedFile)[] = new Array<Uint8Array | SkippedFile>(chosen.length)
  let next = 0
  let done = 0
  const work = async (): Promise<void> => {
    while (next < chosen.length) {
      throwIfCancelled(signal)
      const at = next++
      const { file } = chosen[at]!
      try {
        const picture = await decodePicture(join(folder, file))
        pictures[at] = imagesOf([await fitPicture(picture, width, height, fit)], channels).data
      } catch (error) {
        if (!(error instanceof HalftoneError)) throw error
        pictures[at] = { file, reason: error.message.replaceAll(join(folder, file), file) }
      }
      onProgress?.(++done, chosen.length)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return gathered(pictures, chosen, spec, [
    ...listing.skipped,
    ...listing.files.slice(chosen.length).map(({ file }) => ({
      file,
      reason: `Only the first ${limit} pictures were asked for.`,
    })),
  ])
}

function gathered(
  pictures: readonly (Uint8Array | SkippedFile)[],
  files: readonly { file: string; label: number }[],
  spec: ImageSpec,
  skipped: readonly SkippedFile[],
): LabelledPictures {
  const broken: SkippedFile[] = []
  const labels: number[] = []
  const names: string[] = []
  const size = pixelsPerImage(spec)
  const data = new Uint8Array(size * pictures.filter((picture) => picture instanceof Uint8Array).length)
  pictures.forEach((picture, i) => {
    if (!(picture instanceof Uint8Array)) {
      broken.push(picture)
      return
    }
    data.set(picture, labels.length * size)
    labels.push(files[i]!.label)
    names.push(files[i]!.file)
  })
  const { channels, height, width } = spec
  return {
    images: { count: labels.length, channels, height, width, data },
    labels,
    names,
    skipped: [...broken, ...skipped].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0)),
  }
}
