import { describe, expect, it } from 'vitest'
import { lossOnLogits } from '#core/models/tfjs/lossOnLogits'

const one = (...scores: number[]) => ({ data: Float32Array.from(scores), count: 1, classes: scores.length })

describe('losses on scores', () => {
  it('gives cross-entropy and softmax minus one-hot', () => {
    const { loss, cotangent } = lossOnLogits(one(1, 2, 0.5), { kind: 'cross-entropy', labels: [1] })
    const sum = Math.exp(1) + Math.exp(2) + Math.exp(0.5)
    expect(loss[0]).toBeCloseTo(Math.log(sum) - 2, 6)
    expect([...cotangent].map((value) => Number(value.toFixed(6)))).toEqual(
      [Math.exp(1) / sum, Math.exp(2) / sum - 1, Math.exp(0.5) / sum].map((v) => Number(v.toFixed(6))),
    )
  })

  it('keeps the derivative of the surest score where 1 - p is rounded away', () => {
    const { cotangent } = lossOnLogits(one(0, 60, 1), { kind: 'cross-entropy', labels: [1] })
    expect(cotangent[1]).toBeLessThan(0)
    expect(cotangent[1]! / -Math.exp(-60)).toBeCloseTo(1 + Math.E, 4)
    expect(cotangent[0]! + cotangent[1]! + cotangent[2]!).toBeCloseTo(0, 30)
  })

  it('does not overflow', () => {
    const { loss, cotangent } = lossOnLogits(one(1000, -1000), { kind: 'cross-entropy', labels: [1] })
    expect(loss[0]).toBe(2000)
    expect([...cotangent]).toEqual([1, -1])
  })

  it.each([
    { targeted: false, confidence: 5, loss: 2, cotangent: [-1, 0, 1] },
    { targeted: true, confidence: 5, loss: -2, cotangent: [1, 0, -1] },
    { targeted: true, confidence: 1, loss: -1, cotangent: [0, 0, 0] },
  ])('gives the margin: $targeted, $confidence', ({ targeted, confidence, ...expected }) => {
    const loss = { kind: 'margin', labels: [2], targeted, confidence } as const
    const { loss: value, cotangent } = lossOnLogits(one(1, 0, 3), loss)
    expect(value[0]).toBe(expected.loss)
    expect([...cotangent]).toEqual(expected.cotangent)
  })

  it('weighs the scores of each image by a cotangent', () => {
    const scores = { data: Float32Array.of(1, 2, 3, 4), count: 2, classes: 2 }
    const weights = Float32Array.of(1, -1, 0.5, 2)
    const { loss, cotangent } = lossOnLogits(scores, { kind: 'cotangent', cotangent: weights })
    expect([...loss]).toEqual([-1, 9.5])
    expect(cotangent).toEqual(weights)
  })
})
