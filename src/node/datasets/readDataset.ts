import { readFile } from 'node:fs/promises'
import { cifarClasses, readCifarBatch } from '#core/datasets/files/cifar'
import { readIdxImages, readIdxLabels } from '#core/datasets/files/idx'
import { checkLabels, concatLabelled, type LabelledImages } from '#core/datasets/files/LabelledImages'
import { HalftoneError } from '#core/errors'
import { findDataFiles, type CifarFiles, type FileSplit, type IdxFiles } from './dataFolder'
import { readPacked } from './readPacked'

/**
 * Reads one split of MNIST (or what has its form) or CIFAR-10 from a folder, gzip files too.
 * @throws HalftoneError `not-found` when the files are not there; `unreadable-file` when they are damaged, cut off or
 *   swapped; `shape-mismatch` when images and labels are not equally many
 */
export async function readDataset(
  path: string,
  split: FileSplit,
  kind?: 'idx' | 'cifar',
): Promise<LabelledImages> {
  const files = findDataFiles(path)
  if (!files || (kind !== undefined && files.kind !== kind)) {
    throw new HalftoneError(
      'not-found',
      `Found no ${kind === 'idx' ? 'IDX files' : kind === 'cifar' ? 'CIFAR-10 batches' : 'data set'} in ${path}. ` +
        'Expected MNIST-like files (train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-..., also .gz), or ' +
        "CIFAR-10's binary version (data_batch_1.bin to data_batch_5.bin, test_batch.bin).",
    )
  }
  return files.kind === 'idx' ? readIdx(files, path, split) : readCifar(files, path, split)
}

async function readIdx(files: IdxFiles, path: string, split: FileSplit): Promise<LabelledImages> {
  const pair = files[split]
  if (pair.images === undefined || pair.labels === undefined) {
    const [missing, there] = pair.images === undefined ? ['images', 'labels'] : ['labels', 'images']
    const none = pair.images === undefined && pair.labels === undefined
    throw new HalftoneError(
      'not-found',
      none
        ? `${path} has no IDX files of the ${split} split.`
        : `${path} has the ${there} of the ${split} split, but no file of its ${missing}.`,
    )
  }
  const images = readIdxImages(await readPacked(pair.images), pair.images)
  const labels = readIdxLabels(await readPacked(pair.labels), pair.labels)
  if (images.count !== labels.length) {
    throw new HalftoneError(
      'shape-mismatch',
      `${pair.images} holds ${images.count} images, but ${pair.labels} ${labels.length} labels. ` +
        'They do not belong together: one may be of the training and the other of the test set.',
    )
  }
  const names = await namesOf(files.names)
  // Without names the classes are numbers; ten at least, so that a file without nines is still MNIST.
  const greatest = labels.reduce((a, b) => Math.max(a, b), 9)
  const classes = names ?? Array.from({ length: greatest + 1 }, (_, i) => String(i))
  checkLabels(pair.labels, labels, classes.length)
  return { images, labels, classes }
}

async function readCifar(files: CifarFiles, path: string, split: FileSplit): Promise<LabelledImages> {
  const batches = files[split]
  if (batches.length === 0) {
    throw new HalftoneError('not-found', `${path} has no CIFAR-10 batch of the ${split} split.`)
  }
  const classes = (await namesOf(files.names)) ?? cifarClasses
  const parts: LabelledImages[] = []
  for (const file of batches) parts.push(readCifarBatch(await readPacked(file), file, classes))
  return concatLabelled(parts)
}

async function namesOf(path: string | undefined): Promise<readonly string[] | undefined> {
  if (path === undefined) return undefined
  const names = (await readFile(path, 'utf8')).split(/\r?\n/).map((name) => name.trim())
  const filled = names.filter((name) => name !== '')
  return filled.length > 0 ? filled : undefined
}
