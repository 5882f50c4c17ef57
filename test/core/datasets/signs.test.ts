import { describe, expect, it } from 'vitest'
import { fillBatch, renderSign, signClasses, signDataset, signLabel } from '#core/datasets/signs'
import { Random } from '#core/tensor/Random'
import { rasterOf } from '#core/tensor/Raster'

describe('signClasses', () => {
  it('are at least forty, each with an id and a name of its own', () => {
    expect(signClasses.length).toBeGreaterThanOrEqual(40)
    expect(new Set(signClasses.map(({ id }) => id)).size).toBe(signClasses.length)
    expect(new Set(signClasses.map(({ name }) => name)).size).toBe(signClasses.length)
    for (const { id } of signClasses) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  })
})

describe('renderSign', () => {
  it('draws each class at any size, with light and shade in it', () => {
    for (let label = 0; label < signClasses.length; label++) {
      const picture = renderSign(new Random(`class ${label}`), label, 48)
      expect([picture.width, picture.height, picture.channels]).toEqual([48, 48, 3])
      const mean = picture.data.reduce((sum, v) => sum + v, 0) / picture.data.length
      const spread = Math.sqrt(
        picture.data.reduce((sum, v) => sum + (v - mean) ** 2, 0) / picture.data.length,
      )
      expect(spread).toBeGreaterThan(8)
    }
  })

  it('depends on the random stream and the class alone', () => {
    const one = renderSign(new Random('a'), 3)
    expect(renderSign(new Random('a'), 3).data).toEqual(one.data)
    expect(renderSign(new Random('b'), 3).data).not.toEqual(one.data)
    expect(renderSign(new Random('a'), 4).data).not.toEqual(one.data)
  })

  it('keeps the scene when only the class changes', () => {
    // The corner of the picture is background: equal but for the blur and light, which see the plate's size.
    const [stop, noEntry] = ['stop', 'no-entry'].map((id) => signClasses.findIndex((item) => item.id === id))
    const a = renderSign(new Random('scene 5'), stop!)
    const b = renderSign(new Random('scene 5'), noEntry!)
    let same = 0
    for (let i = 0; i < a.data.length; i++) if (Math.abs(a.data[i]! - b.data[i]!) <= 3) same++
    expect(same / a.data.length).toBeGreaterThan(0.2)
  })

  it('refuses classes and sizes that do not exist', () => {
    expect(() => renderSign(new Random(1), signClasses.length)).toThrow(/class index of 0 to/)
    expect(() => renderSign(new Random(1), -1)).toThrow(/class index/)
    expect(() => renderSign(new Random(1), 0, 4)).toThrow(/picture size/)
  })
})

describe('the data set', () => {
  it('draws any picture alone as it is in a batch', () => {
    const { images, labels } = fillBatch('test', 'seed', 70, 5)
    expect([images.count, images.channels, images.height, images.width]).toEqual([5, 3, 128, 128])
    for (const k of [0, 3, 4]) {
      const { picture, label } = signDataset({ seed: 'seed', split: 'test', index: 70 + k })
      expect(label).toBe(labels[k])
      expect(rasterOf(images, k).data).toEqual(picture.data)
    }
  })

  it('shows every class equally often', () => {
    const counts = new Array<number>(signClasses.length).fill(0)
    for (let index = 0; index < 4 * signClasses.length; index++) counts[signLabel(index)]!++
    expect(new Set(counts)).toEqual(new Set([4]))
  })

  it('shares no picture between splits, seeds or indices', () => {
    const seen = new Set<string>()
    let drawn = 0
    for (const split of ['train', 'validation', 'test'] as const) {
      for (const seed of ['1', '2']) {
        for (const index of [0, 50, 100]) {
          const { picture } = signDataset({ seed, split, index })
          seen.add(picture.data.subarray(0, 4000).join())
          drawn++
        }
      }
    }
    expect(seen.size).toBe(drawn)
  })

  it('refuses indices that are none', () => {
    expect(() => signDataset({ seed: 1, split: 'train', index: -1 })).toThrow(/index of 0 or more/)
    expect(() => signDataset({ seed: 1, split: 'train', index: 0.5 })).toThrow(/index/)
  })
})
