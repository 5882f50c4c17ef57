import { describe, expect, it } from 'vitest'
import { destructionRate, type Verdicts } from '#core/metrics/destructionRate'
import { formatInterval, formatRate, formatShare } from '#core/metrics/formatShare'
import { paperRate, paperRates } from '#core/metrics/paperRates'
import { share, shareOf, wilson } from '#core/metrics/share'

const verdicts = (text: string): Verdicts[] =>
  text.split(' ').map((word) => ({
    clean: word[0] === '1',
    adversarial: word[1] === '1',
    transformed: word[2] === '1',
  }))

describe('the interval', () => {
  // By hand: p = 8/10, z = 1.96, z^2 = 3.8415: centre (0.8 + 0.19207) / 1.38415 = 0.71674,
  // half 1.95996 / 1.38415 * sqrt(0.016 + 0.0096036) = 0.22657.
  it('is that of Wilson', () => {
    const { low, high } = wilson(8, 10)
    expect(low).toBeCloseTo(0.49016, 4)
    expect(high).toBeCloseTo(0.94332, 4)
  })

  it('keeps a width at none and at all, and ends there exactly', () => {
    // With no success the upper bound is z^2 / (n + z^2).
    expect(wilson(0, 20).low).toBe(0)
    expect(wilson(0, 20).high).toBeCloseTo(3.8415 / 23.8415, 4)
    expect(wilson(20, 20).high).toBe(1)
    expect(wilson(20, 20).low).toBeCloseTo(20 / 23.8415, 4)
  })

  it('does not exist where nothing was counted', () => {
    expect(share(0, 0)).toEqual({ count: 0, of: 0, rate: null, low: null, high: null })
  })

  it('counts what holds', () => {
    expect(shareOf([1, 2, 3, 4], (n) => n > 1)).toMatchObject({ count: 3, of: 4, rate: 0.75 })
  })
})

describe('the destruction rate', () => {
  it('counts only images whose clean version is right and whose adversarial version is wrong', () => {
    // clean adversarial transformed. Enter: 101 100 100 101 101; destroyed: three of these five.
    const rate = destructionRate(verdicts('101 100 100 101 101 111 110 001 000 011 010'))
    expect(rate).toMatchObject({ images: 11, count: 3, of: 5, rate: 0.6 })
  })

  it('is 0 when every perturbation survives and 1 when none does', () => {
    expect(destructionRate(verdicts('100 100 100'))).toMatchObject({ count: 0, of: 3, rate: 0 })
    expect(destructionRate(verdicts('101 101'))).toMatchObject({ count: 2, of: 2, rate: 1, high: 1 })
  })

  it('has no value when no image was fooled', () => {
    const rate = destructionRate(verdicts('111 111 001 000'))
    expect(rate).toEqual({ images: 4, count: 0, of: 0, rate: null, low: null, high: null })
    expect(formatRate(rate)).toBe('none of 4')
    expect(formatShare(rate)).toBe('none of 4')
    expect(formatInterval(rate)).toBe('')
  })

  it('has no value without images', () => {
    expect(formatShare(destructionRate([]))).toBe('none of 0')
  })
})

describe('rates as text', () => {
  it('shows rate, counts and interval', () => {
    expect(formatShare(share(8, 10))).toBe('80.0% (8/10, 49-94%)')
    expect(formatRate(share(0, 0))).toBe('none')
  })
})

describe("the paper's rates", () => {
  it('are twelve, each a share', () => {
    expect(paperRates).toHaveLength(12)
    for (const rate of paperRates) {
      for (const value of [
        rate.average.top1,
        rate.average.top5,
        rate.prefiltered.top1,
        rate.prefiltered.top5,
      ]) {
        expect(value).toBeGreaterThan(0)
        expect(value).toBeLessThan(1)
      }
    }
  })

  it('are found by attack and epsilon', () => {
    expect(paperRate('leastLikely', 8)?.average.top1).toBe(0.863)
    expect(paperRate('bim', 16)?.prefiltered.top5).toBe(0.878)
    expect(paperRate('fgsm', 3)).toBeUndefined()
  })
})
