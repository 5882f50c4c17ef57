import { describe, expect, it } from 'vitest'
import { drawBatch, drawnLabel, drawnPicture } from '#core/datasets/DrawnSet'
import { drawnSets, isDrawnSet } from '#core/datasets/drawnSets'
import { rasterOf } from '#core/tensor/Raster'

const from = { split: 'test', seed: 'seed' } as const

describe.each(['digits', 'colours'] as const)('the drawn set %s', (name) => {
  const set = drawnSets[name]
  const size = set.spec.channels * set.spec.height * set.spec.width

  it('has ten classes, each with an id and a name of its own', () => {
    expect(set.classes).toHaveLength(10)
    for (const key of ['id', 'name'] as const) expect(new Set(set.classes.map((c) => c[key])).size).toBe(10)
  })

  it('draws any picture alone as it is in a batch', () => {
    const { images, labels } = drawBatch(set, from, 37, 5)
    expect(images).toMatchObject({ ...set.spec, count: 5 })
    for (const k of [0, 2, 4]) {
      const { picture, label } = drawnPicture(set, from, 37 + k)
      expect(label).toBe(labels[k])
      expect(label).toBe(drawnLabel(set, 37 + k))
      expect(rasterOf(images, k).data).toEqual(picture.data)
    }
  })

  it('draws other pictures for another seed, split and index, and different ones within a class', () => {
    const at = (of: { split: 'train' | 'test'; seed: string }, index: number) =>
      drawnPicture(set, of, index).picture.data
    const one = at(from, 3)
    expect(at({ ...from, seed: 'other' }, 3)).not.toEqual(one)
    expect(at({ ...from, split: 'train' }, 3)).not.toEqual(one)
    expect(at(from, 13)).not.toEqual(one)
  })

  it('shows something in every picture', () => {
    const { images } = drawBatch(set, { split: 'train', seed: 'something' }, 0, 200)
    for (let n = 0; n < images.count; n++) {
      const pixels = images.data.subarray(n * size, (n + 1) * size)
      const mean = pixels.reduce((sum, v) => sum + v, 0) / size
      const spread = Math.sqrt(pixels.reduce((sum, v) => sum + (v - mean) ** 2, 0) / size)
      expect(spread, `picture ${n}`).toBeGreaterThan(5)
    }
  })

  it('refuses a negative index', () => {
    expect(() => drawnPicture(set, from, -1)).toThrow(/index of 0 or more/)
  })
})

describe('the digits', () => {
  const { images } = drawBatch(drawnSets.digits, { split: 'train', seed: 'ground' }, 0, 300)
  const picture = (n: number) => images.data.subarray(n * 784, (n + 1) * 784)

  it('stand in the middle, as in MNIST', () => {
    for (let n = 0; n < images.count; n++) {
      let [x, y, total] = [0, 0, 0]
      picture(n).forEach((value, i) => {
        const ink = value > 100 ? value : 0
        x += ink * ((i % 28) + 0.5)
        y += ink * (Math.floor(i / 28) + 0.5)
        total += ink
      })
      expect(Math.hypot(x / total - 14, y / total - 14), `digit ${n}`).toBeLessThan(4.5)
    }
  })

  it('are mostly on exact black, and some on a noisy ground', () => {
    const black = Array.from(
      { length: images.count },
      (_, n) => picture(n).filter((v) => v === 0).length / 784,
    )
    const clean = black.filter((share) => share > 0.5).length / images.count
    expect(clean).toBeGreaterThan(0.5)
    expect(clean).toBeLessThan(0.9)
  })
})

describe('isDrawnSet', () => {
  it('knows the sets by name and nothing else', () => {
    expect(['signs', 'digits', 'colours'].every(isDrawnSet)).toBe(true)
    expect(['toString', 'mnist', ''].some(isDrawnSet)).toBe(false)
  })
})
