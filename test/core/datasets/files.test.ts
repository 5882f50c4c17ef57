import { describe, expect, it } from 'vitest'
import { cifarClasses, readCifarBatch } from '#core/datasets/files/cifar'
import { readIdxImages, readIdxLabels } from '#core/datasets/files/idx'
import { labelsOf } from '#core/datasets/labels/labelsOf'
import { describeSource } from '#core/datasets/describeSource'
import { cifarBatch, idxImages, idxLabels } from '../../support/dataFiles'

describe('IDX files', () => {
  it('give images and labels as they were written', () => {
    const images = readIdxImages(idxImages(3, 4, 5), 'images')
    expect(images).toMatchObject({ count: 3, channels: 1, height: 4, width: 5 })
    expect(images.data[0]).toBe(0)
    expect(images.data[59]).toBe(59)
    expect([...readIdxLabels(idxLabels([7, 0, 9]), 'labels')]).toEqual([7, 0, 9])
  })

  it.each<[string, () => unknown, RegExp]>([
    [
      'labels given as images',
      () => readIdxImages(idxLabels([1, 2]), 'f'),
      /holds labels.*0x00000801.*swapped/,
    ],
    [
      'images given as labels',
      () => readIdxLabels(idxImages(1, 2, 2), 'f'),
      /holds images.*0x00000803.*swapped/,
    ],
    [
      'a file of another kind',
      () => readIdxImages(new Uint8Array(40).fill(0x50), 'f'),
      /0x50505050.*no IDX file/,
    ],
    [
      'floats',
      () => readIdxImages(Uint8Array.of(0, 0, 0x0d, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1), 'f'),
      /32-bit floats/,
    ],
    ['another number of axes', () => readIdxImages(Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 1), 'f'), /2 axes/],
    [
      'a cut header',
      () => readIdxImages(idxImages(1, 2, 2).subarray(0, 9), 'f'),
      /header of 16 bytes is cut off/,
    ],
    [
      'a cut file',
      () => readIdxImages(idxImages(3, 4, 5).subarray(0, 70), 'f'),
      /3 x 4 x 5 = 60.*54 follow.*cut/,
    ],
    ['an empty file', () => readIdxLabels(new Uint8Array(0), 'f'), /got 0 bytes/],
    ['no images', () => readIdxImages(idxImages(0, 28, 28), 'f'), /holds no images/],
    [
      'more than the header says',
      () => readIdxLabels(Uint8Array.of(...idxLabels([1]), 0), 'f'),
      /1 = 1 bytes.*2 follow.*appended/,
    ],
  ])('refuse %s', (_, read, message) => {
    expect(read).toThrow(message)
  })
})

describe('CIFAR-10 batches', () => {
  it('give planes and labels as they were written', () => {
    const { images, labels, classes } = readCifarBatch(cifarBatch([3, 9]), 'batch')
    expect(images).toMatchObject({ count: 2, channels: 3, height: 32, width: 32 })
    expect([...labels]).toEqual([3, 9])
    expect(classes[3]).toBe('cat')
    expect([images.data[0], images.data[1024], images.data[2048]]).toEqual([0, 1, 2])
    expect(images.data[3072]).toBe(10)
  })

  it.each<[string, () => unknown, RegExp]>([
    [
      'a cut file',
      () => readCifarBatch(cifarBatch([1, 2]).subarray(0, 4000), 'f'),
      /1 records and 927 bytes more.*cut/,
    ],
    ['an empty file', () => readCifarBatch(new Uint8Array(0), 'f'), /got 0 bytes/],
    [
      'labels above 9',
      () => readCifarBatch(cifarBatch([1, 12]), 'f'),
      /labels of 0 to 9, got 12 for image 1/,
    ],
    ['the Python version', () => readCifarBatch(new Uint8Array(5000).fill(0x80), 'f'), /binary version/],
    ['CIFAR-100', () => readCifarBatch(new Uint8Array(3 * 3074), 'f'), /CIFAR-100/],
  ])('refuse %s', (_, read, message) => {
    expect(read).toThrow(message)
  })
})

describe('labelsOf', () => {
  const digits = {
    title: 'digits',
    classes: Array.from({ length: 10 }, (_, i) => ({ id: String(i), name: `n${i}` })),
    numbered: false,
  }
  it('goes by names, and by numbers only where one side has nothing else', () => {
    expect(
      labelsOf({ name: 'm', classes: ['9', '8', '7', '6', '5', '4', '3', '2', '1', '0'] }, digits)[2],
    ).toBe(7)
    const numbered = { name: 'm', classes: Array.from({ length: 10 }, (_, i) => `class ${i}`) }
    expect(labelsOf(numbered, digits)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(labelsOf({ name: 'm', classes: cifarClasses }, { ...digits, numbered: true })[3]).toBe(3)
  })
  it('refuses classes that are not the model’s', () => {
    expect(() => labelsOf({ name: 'm', classes: cifarClasses }, digits)).toThrow(
      /no class "0", so digits mean nothing/,
    )
    const more = Array.from({ length: 50 }, (_, i) => `class ${i}`)
    expect(() => labelsOf({ name: 'm', classes: more }, digits)).toThrow(/mean nothing/)
  })
})

describe('describeSource', () => {
  it('says which data, without the whole path', () => {
    expect(describeSource({ kind: 'digits', split: 'test', seed: '4' })).toBe(
      'digits drawn by Halftone, test split, seed 4',
    )
    expect(describeSource({ kind: 'idx', path: '/home/someone/mnist/', split: 'train' })).toBe(
      'IDX files in mnist, train split',
    )
    expect(describeSource({ kind: 'cifar', path: 'cifar', split: 'test' })).toMatch(
      /CIFAR-10 batches in cifar/,
    )
    expect(describeSource({ kind: 'folder', path: 'C:\\pictures\\mine', fit: 'crop' })).toMatch(
      /folder mine$/,
    )
  })
})
