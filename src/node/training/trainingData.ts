import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { describeSource } from '#core/datasets/describeSource'
import { drawBatch, type DrawnSet } from '#core/datasets/DrawnSet'
import { drawnSets, isDrawnSet } from '#core/datasets/drawnSets'
import { concatLabelled, sliceLabelled, type LabelledImages } from '#core/datasets/files/LabelledImages'
import { HalftoneError, throwIfCancelled, type CancelSignal } from '#core/errors'
import type { ImageSourceRef } from '#contract/experiment'
import { findDataFiles } from '../datasets/dataFolder'
import { readDataset } from '../datasets/readDataset'

/** Which pictures a net is trained and judged on. */
export interface DataChoice {
  /** A drawn set by name, or a folder of IDX or CIFAR-10 files. */
  readonly data: string
  /** Of drawn sets. */
  readonly seed: string
  /** Training pictures, at most; undefined for all there are, or the set's usual number. */
  readonly pictures?: number | undefined
  /** Part `index` (from 1) of `of` equal parts of the training pictures; for nets trained on disjoint data. */
  readonly part: { readonly index: number; readonly of: number }
  /** Test pictures, at most. */
  readonly testPictures: number
}

export interface TrainingData {
  readonly train: LabelledImages
  readonly test: LabelledImages
  /** In words: what it was trained on, and what it is judged on. */
  readonly trainedOn: string
  readonly judgedOn: string
  /** SHA-256 of all training pixels and labels: the same data or not. */
  readonly sha256: string
}

/** As many as MNIST and CIFAR-10 have; signs are large, and the embedded model has a tool of its own. */
const usual: Readonly<Record<string, number>> = { digits: 60_000, colours: 50_000, signs: 4_000 }
/** Pictures drawn at a stretch; a multiple of every number of classes here. */
const drawnTogether = 500

/**
 * Reads or draws the pictures.
 * @param onDrawn told how many of all are drawn
 * @throws HalftoneError as {@link readDataset} does; `invalid-argument` for more pictures than there are; `cancelled`
 */
export async function trainingData(
  choice: DataChoice,
  signal: CancelSignal,
  onDrawn: (done: number, total: number) => void,
): Promise<TrainingData> {
  const { data, seed, pictures, testPictures } = choice
  const sources = sourcesOf(data, seed)
  let train: LabelledImages
  let test: LabelledImages
  if (isDrawnSet(data)) {
    const count = pictures ?? usual[data]!
    const total = count + testPictures
    train = await drawn(drawnSets[data], { split: 'train', seed }, count, signal, (done) =>
      onDrawn(done, total),
    )
    test = await drawn(drawnSets[data], { split: 'test', seed }, testPictures, signal, (done) =>
      onDrawn(count + done, total),
    )
  } else {
    if (!findDataFiles(data)) throw noData(data)
    train = first(await readDataset(data, 'train'), pictures ?? Infinity)
    test = first(await readDataset(data, 'test'), testPictures)
    if (pictures !== undefined && train.images.count < pictures) {
      throw new HalftoneError(
        'invalid-argument',
        `${data} has ${train.images.count} training pictures, not ${pictures}. Ask for fewer with --pictures.`,
      )
    }
    checkAlike(train, test, data)
  }
  const { index, of } = choice.part
  const size = Math.floor(train.images.count / of)
  const own = sliceLabelled(train, (index - 1) * size, index * size)
  if (size === 0) {
    throw new HalftoneError(
      'invalid-argument',
      `${train.images.count} pictures cannot be divided into ${of} parts.`,
    )
  }
  const part = of > 1 ? `part ${index} of ${of} of ` : ''
  return {
    train: own,
    test,
    trainedOn: `${part}${describeSource(sources.train)}: ${own.images.count} pictures`,
    judgedOn: `${describeSource(sources.test)}: ${test.images.count} pictures`,
    sha256: createHash('sha256').update(own.images.data).update(own.labels).digest('hex'),
  }
}

function noData(data: string): HalftoneError {
  return new HalftoneError(
    'not-found',
    `There are no MNIST-like or CIFAR-10 files in ${data}, and no drawn set is called so. Give --data ` +
      `${Object.keys(drawnSets).join(', ')}, or a folder with such files.`,
  )
}

function sourcesOf(data: string, seed: string): { train: ImageSourceRef; test: ImageSourceRef } {
  if (isDrawnSet(data)) {
    return { train: { kind: data, split: 'train', seed }, test: { kind: data, split: 'test', seed } }
  }
  const kind = findDataFiles(data)?.kind ?? 'idx'
  return { train: { kind, path: data, split: 'train' }, test: { kind, path: data, split: 'test' } }
}

async function drawn(
  set: DrawnSet,
  from: Parameters<typeof drawBatch>[1],
  count: number,
  signal: CancelSignal,
  onDrawn: (done: number) => void,
): Promise<LabelledImages> {
  const classes = set.classes.map(({ id }) => id)
  const parts: LabelledImages[] = []
  for (let start = 0; start < count; start += drawnTogether) {
    throwIfCancelled(signal)
    parts.push({ ...drawBatch(set, from, start, Math.min(drawnTogether, count - start)), classes })
    onDrawn(Math.min(count, start + drawnTogether))
    // Lets a signal through.
    await setImmediate()
  }
  return concatLabelled(parts)
}

function first(set: LabelledImages, count: number): LabelledImages {
  return count < set.images.count ? sliceLabelled(set, 0, count) : set
}

function checkAlike(train: LabelledImages, test: LabelledImages, data: string): void {
  const text = ({ images: { channels, height, width } }: LabelledImages): string =>
    `${channels}x${height}x${width}`
  if (text(train) === text(test)) return
  throw new HalftoneError(
    'shape-mismatch',
    `${data}: the training pictures are ${text(train)} (channels x height x width), the test pictures ${text(test)}.`,
  )
}
