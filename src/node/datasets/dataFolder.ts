import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** The two sets that published data come in. */
export type FileSplit = 'train' | 'test'

/** MNIST and its kin as files: the paths of each split's images and labels. */
export interface IdxFiles {
  readonly kind: 'idx'
  readonly train: { readonly images?: string; readonly labels?: string }
  readonly test: { readonly images?: string; readonly labels?: string }
  /** A file of class names, one a line. */
  readonly names?: string
}

/** CIFAR-10's binary version as files. */
export interface CifarFiles {
  readonly kind: 'cifar'
  readonly train: readonly string[]
  readonly test: readonly string[]
  readonly names?: string
}

/** "train-images-idx3-ubyte.gz", "t10k-labels.idx1-ubyte", "emnist-digits-test-images-idx3-ubyte" */
const idxName = /^(.*?)(train|t10k|test)[-_](images|labels)[-.]idx[0-9]-ubyte(\.gz)?$/
const cifarName = /^(data_batch_[0-9]+|test_batch)\.bin(\.gz)?$/
/** Where the archives and torchvision put the files below the folder that one names. */
const below = ['.', 'raw', 'MNIST/raw', 'FashionMNIST/raw', 'cifar-10-batches-bin'] as const

/**
 * Finds IDX or CIFAR files in a folder, or beside an IDX file that is named itself.
 * @returns undefined when the path has neither, such as a folder of pictures
 */
export function findDataFiles(path: string): IdxFiles | CifarFiles | undefined {
  const named = isFile(path) ? idxName.exec(basename(path)) : null
  if (named) return idxFiles(dirname(path), list(dirname(path)), named[1])
  for (const part of below) {
    const folder = join(path, part)
    const files = list(folder)
    const found = idxFiles(folder, files) ?? cifarFiles(folder, files)
    if (found) return found
  }
  return undefined
}

function idxFiles(folder: string, files: readonly string[], prefix?: string): IdxFiles | undefined {
  const matches = files.flatMap((file) => {
    const [, before, split, content] = idxName.exec(file) ?? []
    return before === undefined ? [] : [{ file, before, train: split === 'train', content }]
  })
  const wanted = prefix ?? matches[0]?.before
  if (wanted === undefined) return undefined
  const one = (train: boolean, content: string): string | undefined =>
    matches.find((m) => m.before === wanted && m.train === train && m.content === content)?.file
  const pair = (train: boolean): IdxFiles['train'] => {
    const [images, labels] = [one(train, 'images'), one(train, 'labels')]
    return {
      ...(images !== undefined && { images: join(folder, images) }),
      ...(labels !== undefined && { labels: join(folder, labels) }),
    }
  }
  return { kind: 'idx', train: pair(true), test: pair(false), ...namesIn(folder, files, ['classes.txt']) }
}

function cifarFiles(folder: string, files: readonly string[]): CifarFiles | undefined {
  const batches = files.filter((file) => cifarName.test(file))
  if (batches.length === 0) return undefined
  const paths = (test: boolean): string[] =>
    batches.filter((file) => file.startsWith('test') === test).map((file) => join(folder, file))
  return {
    kind: 'cifar',
    train: paths(false),
    test: paths(true),
    ...namesIn(folder, files, ['batches.meta.txt', 'classes.txt']),
  }
}

function namesIn(folder: string, files: readonly string[], names: readonly string[]): { names?: string } {
  const found = names.find((name) => files.includes(name))
  return found === undefined ? {} : { names: join(folder, found) }
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}
