import { describe, expect, it } from 'vitest'
import { cellWords } from '#renderer/pages/generate/cellWords'
import { arranged, attackedImages, successOf, type Filter, type Sort } from '#renderer/pages/generate/success'
import { viewedOf } from '#renderer/pages/generate/viewedOf'
import { generated, images } from './documents'

const attacked = attackedImages(generated, images, 'average')
const numbers = (filter: Filter, sort: Sort): number[] =>
  arranged(attacked, filter, sort).map(({ clean }) => clean.image)

describe('successOf', () => {
  it('is the share of the images that were right when clean and are wrong now', () => {
    const success = successOf(generated, images, 'average')
    expect(success).toMatchObject({ fooled: { count: 3, of: 4, rate: 0.75 }, images: 5, wanted: 5 })
    expect(cellWords(success, 'average')).toMatchObject({ head: '75 %', line: '3 of 4 fooled', share: 0.75 })
    expect(cellWords(success, 'average').tooltip).toMatch(/3 of 4 .*; 1 image wrong from the start$/)
  })

  it('counts what was found of prefiltered images, since all of them are fooled', () => {
    const words = cellWords(successOf(generated, images, 'prefiltered'), 'prefiltered')
    expect(words).toMatchObject({ head: '1 of 4', line: 'found in 12', share: 0.25 })
  })

  it('has no rate where no image was right to begin with, and nothing where there is no document', () => {
    const wrong = { ...generated, cases: { average: { images: [4], wanted: 1, searched: 1 } } }
    expect(cellWords(successOf(wrong, images, 'average'), 'average')).toMatchObject({
      head: '–',
      share: null,
    })
    expect(successOf(undefined, images, 'average')).toBeNull()
    expect(successOf(wrong, images, 'prefiltered')).toBeNull()
  })
})

describe('the images of a setting', () => {
  it('stand in the order in which they were drawn, or sorted, and can be filtered by what became of them', () => {
    expect(numbers('all', 'order')).toEqual([4, 3, 2, 1, 0])
    expect(numbers('fooled', 'order')).toEqual([3, 1, 0])
    expect(numbers('held', 'order')).toEqual([2])
    expect(numbers('wrong-from-start', 'order')).toEqual([4])
    expect(numbers('all', 'confidence')).toEqual([3, 1, 4, 2, 0])
    expect(numbers('all', 'distortion')).toEqual([2, 3, 0, 1, 4])
    expect(numbers('fooled', 'true')).toEqual([0, 1, 3])
  })

  it('are viewed with names of classes, the clean one first', () => {
    const viewed = viewedOf(attacked[1]!, ['red', 'green', 'blue'], (path) => `at/${path}`)
    expect(viewed.truth).toEqual({ label: 0, name: 'red' })
    expect(viewed.images.map(({ source }) => source)).toEqual([
      'at/images/clean/3.png',
      'at/images/fgsm-eps8/3.png',
    ])
    expect(viewed.images[1]!.top[0]).toEqual({ label: 2, confidence: 0.95, name: 'blue' })
  })
})
