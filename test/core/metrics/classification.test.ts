import { describe, expect, it } from 'vitest'
import { argmax, argmin, predictionOf, predictionsOf, softmax, topK } from '#core/metrics/classification'

describe('classification', () => {
  it('takes the softmax of any scores without overflow', () => {
    expect([...softmax([0, Math.log(3)])].map((p) => p.toFixed(12))).toEqual([
      '0.250000000000',
      '0.750000000000',
    ])
    expect([...softmax([1e30, 1e30])]).toEqual([0.5, 0.5])
    expect([...softmax([-1e9, 0])]).toEqual([0, 1])
  })

  it('gives ties to the lower index', () => {
    expect(argmax([1, 3, 3])).toBe(1)
    expect(argmin([2, 1, 1])).toBe(1)
    expect(topK([5, 7, 5, 7, 5], 3)).toEqual([1, 3, 0])
  })

  it('agrees with sorting', () => {
    const scores = [0.3, -2, 8, 8, 0.3, 5, -2, 9]
    const sorted = scores.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b)
    for (let k = 0; k <= 9; k++) expect(topK(scores, k)).toEqual(sorted.slice(0, k))
  })

  it('never lets NaN win', () => {
    expect(argmax([NaN, -5, NaN])).toBe(1)
    expect(argmin([NaN, 5])).toBe(1)
    expect(topK([NaN, 1, NaN, 2], 3)).toEqual([3, 1, 0])
  })

  it('judges an image against its label', () => {
    const scores = [0, 5, 4, 3, 2, 1, -9]
    expect(predictionOf(scores, 1)).toMatchObject({ top1: true, top5: true })
    expect(predictionOf(scores, 5)).toMatchObject({ top1: false, top5: true })
    expect(predictionOf(scores, 6)).toMatchObject({ top1: false, top5: false })
    expect(predictionOf(scores, 2).top.map(({ label }) => label)).toEqual([1, 2, 3, 4, 5])
    expect(predictionOf([0, 0], 1)).toMatchObject({ top1: false, top5: true, trueConfidence: 0.5 })
  })

  it('reads batches row by row', () => {
    const logits = { data: Float32Array.of(1, 2, 4, 3), count: 2, classes: 2 }
    expect(predictionsOf(logits, [1, 1]).map(({ top1 }) => top1)).toEqual([true, false])
  })
})
