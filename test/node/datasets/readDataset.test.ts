import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { findDataFiles } from '#node/datasets/dataFolder'
import { readDataset } from '#node/datasets/readDataset'
import { openImages } from '#node/lab/openImages'
import { cifarBatch, idxImages, idxLabels } from '../../support/dataFiles'
import { temporaryFolder } from '../../support/temporary'

async function folderWith(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = await temporaryFolder()
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    await mkdir(join(path, '..'), { recursive: true })
    await writeFile(path, content)
  }
  return folder
}

const mnist = {
  'train-images-idx3-ubyte': idxImages(4, 28, 28),
  'train-labels-idx1-ubyte': idxLabels([1, 2, 3, 4]),
  't10k-images-idx3-ubyte.gz': gzipSync(idxImages(2, 28, 28)),
  't10k-labels-idx1-ubyte.gz': gzipSync(idxLabels([9, 0])),
}

describe('readDataset', () => {
  it('reads both splits of MNIST-like files, packed or not', async () => {
    const folder = await folderWith(mnist)
    const train = await readDataset(folder, 'train')
    expect(train.images).toMatchObject({ count: 4, channels: 1, height: 28, width: 28 })
    expect(train.classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
    expect([...(await readDataset(folder, 'test')).labels]).toEqual([9, 0])
  })

  it('finds the files where archives and torchvision put them, and by their other names', async () => {
    const raw = await folderWith({
      'MNIST/raw/train-images.idx3-ubyte': idxImages(1, 2, 2),
      'MNIST/raw/train-labels.idx1-ubyte': idxLabels([0]),
    })
    expect((await readDataset(raw, 'train')).images.count).toBe(1)
    const cifar = await folderWith({ 'cifar-10-batches-bin/test_batch.bin': cifarBatch([5]) })
    expect((await readDataset(cifar, 'test')).classes[5]).toBe('dog')
  })

  it('takes an IDX file itself, with its split’s companions of the same beginning', async () => {
    const folder = await folderWith({
      'a-train-images-idx3-ubyte': idxImages(1, 2, 2),
      'a-train-labels-idx1-ubyte': idxLabels([0]),
      'b-train-images-idx3-ubyte': idxImages(2, 2, 2),
      'b-train-labels-idx1-ubyte': idxLabels([3, 4]),
    })
    const { labels } = await readDataset(join(folder, 'b-train-images-idx3-ubyte'), 'train')
    expect([...labels]).toEqual([3, 4])
  })

  it('joins the batches of CIFAR-10 in order and takes names from the files', async () => {
    const folder = await folderWith({
      'data_batch_1.bin': cifarBatch([0, 1]),
      'data_batch_2.bin.gz': gzipSync(cifarBatch([2])),
      'test_batch.bin': cifarBatch([3]),
      'batches.meta.txt': ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', ''].join('\n'),
    })
    const train = await readDataset(folder, 'train')
    expect([...train.labels]).toEqual([0, 1, 2])
    expect(train.classes[2]).toBe('c')
    expect(train.images.data[2 * 3072]).toBe(0)
  })

  it.each<[string, Readonly<Record<string, Uint8Array>>, RegExp]>([
    [
      'images and labels of different sets',
      { ...mnist, 'train-labels-idx1-ubyte': idxLabels([1, 2]) },
      /4 images, but .*2 labels.*belong together/,
    ],
    [
      'swapped files',
      {
        'train-images-idx3-ubyte': mnist['train-labels-idx1-ubyte'],
        'train-labels-idx1-ubyte': mnist['train-images-idx3-ubyte'],
      },
      /swapped/,
    ],
    [
      'a file without its companion',
      { 'train-images-idx3-ubyte': idxImages(1, 2, 2) },
      /no file of its labels/,
    ],
    [
      'a split that is not there',
      { 't10k-images-idx3-ubyte': idxImages(1, 2, 2), 't10k-labels-idx1-ubyte': idxLabels([1]) },
      /no IDX files of the train split/,
    ],
    [
      'cut gzip data',
      { ...mnist, 'train-images-idx3-ubyte': gzipSync(idxImages(4, 28, 28)).subarray(0, 300) },
      /damaged or cut off/,
    ],
    ['a folder without data', { 'notes.txt': idxLabels([1]) }, /no data set.*Expected MNIST-like files/],
  ])('refuses %s', async (_, files, message) => {
    await expect(readDataset(await folderWith(files), 'train')).rejects.toThrow(message)
  })

  it('does not take a folder of pictures for data files', async () => {
    expect(findDataFiles(await folderWith({ 'cat/1.png': new Uint8Array(3) }))).toBeUndefined()
  })
})

describe('openImages', () => {
  const classes = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']
  const input = { channels: 1, height: 28, width: 28 }
  const model = { name: 'net', path: null, labels: null, sha256: '', classes, input }

  it('gives drawn digits and MNIST files to a net of digits, the same way for the same seed', async () => {
    const folder = await folderWith(mnist)
    const drawn = { kind: 'digits', split: 'test', seed: '1' } as const
    const files = { kind: 'idx', path: folder, split: 'train' } as const
    for (const source of [drawn, files]) {
      const [one, two] = [await openImages(source, model, 's'), await openImages(source, model, 's')]
      const [a, b] = [await one.take(1), await two.take(1)]
      expect(a).toEqual(b)
      expect(a).toMatchObject({ image: { ...input, count: 1 } })
    }
    const source = await openImages(files, model, 's')
    expect(source.size).toBe(4)
    const labels = await Promise.all(
      [0, 1, 2, 3].map(async (n) => ((await source.take(n)) as { label: number }).label),
    )
    expect(labels.sort()).toEqual([1, 2, 3, 4])
  })

  it('brings colours to any size and refuses a model that does not know them', async () => {
    const things = [
      'balloon',
      'bird',
      'boat',
      'butterfly',
      'car',
      'fish',
      'flower',
      'house',
      'mushroom',
      'tree',
    ]
    const other = { ...model, classes: things, input: { channels: 3, height: 40, width: 40 } }
    const source = await openImages({ kind: 'colours', split: 'test', seed: '1' }, other, 's')
    expect(await source.take(0)).toMatchObject({ image: { channels: 3, height: 40, width: 40 } })
    await expect(openImages({ kind: 'colours', split: 'test', seed: '1' }, model, 's')).rejects.toThrow(
      /mean nothing/,
    )
  })
})
