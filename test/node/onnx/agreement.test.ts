import { describe, expect, it } from 'vitest'
import { apart, disagreement, gradientLimit } from '#node/onnx/agreement'

const scores = [3, -4, 0]
const gradient = Float32Array.of(0.3, 0, -0.4)

describe('how far two tensors lie apart', () => {
  it('is the norm of the difference in that of the expected', () => {
    expect(apart([3, 4], [3, 4.5])).toBeCloseTo(0.1, 12)
    expect(apart([0, 0], [0, 0])).toBe(0)
  })

  it.each([
    ['of different sizes', [1, 2], [1]],
    ['with a value that is no number', [1, 2], [1, NaN]],
    ['with a value that is too large', [1, 2], [1, Infinity]],
    ['that should be zero and is not', [0, 0], [0, 1e-9]],
  ])('is infinite for tensors %s', (_, expected, found) => {
    expect(apart(expected, found)).toBe(Infinity)
  })
})

describe('a back end', () => {
  it('agrees with the CPU up to rounding', () => {
    expect(disagreement({ scores, gradient }, { scores, gradient })).toBeNull()
    const close = { scores: [3.00001, -4, 0], gradient: Float32Array.of(0.301, 0, -0.4) }
    expect(disagreement({ scores, gradient }, close)).toBeNull()
  })

  it('is told from the CPU by its scores', () => {
    expect(disagreement({ scores, gradient }, { scores: [3, -4, 0.2], gradient })).toBe(
      "computes wrong scores, 4.0 % off the CPU's",
    )
    expect(disagreement({ scores }, { scores: [3, NaN, 0] })).toBe(
      'computes wrong scores, with values that are not finite',
    )
  })

  it('is told from the CPU by its gradient alone', () => {
    expect(disagreement({ scores, gradient }, { scores, gradient: Float32Array.of(0.3, 0, 0.4) })).toBe(
      "computes a wrong gradient, 160 % off the CPU's",
    )
  })

  it('may give as coarse a gradient as its rounding of the scores explains, and no coarser', () => {
    expect(gradientLimit(0)).toBe(0.02)
    expect(gradientLimit(1e-4)).toBeCloseTo(0.1, 12)
    expect(gradientLimit(1e-2)).toBe(0.5)
    const coarse = Float32Array.of(0.34, 0, -0.4)
    expect(disagreement({ scores, gradient }, { scores, gradient: coarse })).toMatch(/wrong gradient, 8.0 %/)
    expect(disagreement({ scores, gradient }, { scores: [3.0008, -4, 0], gradient: coarse })).toBeNull()
  })
})
