import { describe, expect, it } from 'vitest'
import { mostSalient, saliencyMap, type Direction, type ForwardDerivative } from '#core/attacks/saliencyMap'
import { mostSalientPair } from '#core/attacks/saliencyPair'
import { Random } from '#core/tensor/Random'

const everything = (n: number) => new Uint8Array(n).fill(1)

/** Papernot's algorithm 3 as it stands, for theta above or below zero. */
function byHand(
  { target, others }: ForwardDerivative,
  direction: Direction,
  domain: Uint8Array,
): { product: number; pair: readonly [number, number] | undefined } {
  const sign = direction === 'increase' ? 1 : -1
  let product = 0
  let pair: readonly [number, number] | undefined
  for (let p = 0; p < target.length; p++) {
    for (let q = p + 1; q < target.length; q++) {
      const alpha = sign * (target[p]! + target[q]!)
      const beta = sign * (others[p]! + others[q]!)
      if (domain[p] && domain[q] && alpha > 0 && beta < 0 && -alpha * beta > product) {
        product = -alpha * beta
        pair = [p, q]
      }
    }
  }
  return { product, pair }
}

const productOf = ({ target, others }: ForwardDerivative, [p, q]: readonly [number, number]): number =>
  -(target[p]! + target[q]!) * (others[p]! + others[q]!)

describe('the saliency map', () => {
  // Target up and others down; target up and others up; target down; others zero.
  const derivative = {
    target: Float32Array.of(2, 2, -1, 3, -4),
    others: Float32Array.of(-3, 1, -5, 0, 2),
  }

  it('is the product of the slopes where both are right, else zero', () => {
    expect([...saliencyMap(derivative, 'increase')]).toEqual([6, 0, 0, 0, 0])
    expect([...saliencyMap(derivative, 'decrease')]).toEqual([0, 0, 0, 0, 8])
  })

  it('chooses the greatest of the domain, the first among equals, or nothing', () => {
    const two = { target: Float32Array.of(1, 2, 2), others: Float32Array.of(-1, -2, -2) }
    expect(mostSalient(two, 'increase', everything(3))).toBe(1)
    expect(mostSalient(two, 'increase', Uint8Array.of(1, 0, 1))).toBe(2)
    expect(mostSalient(two, 'decrease', everything(3))).toBeUndefined()
    expect(mostSalient(two, 'increase', new Uint8Array(3))).toBeUndefined()
  })
})

describe('the most salient pair', () => {
  const random = new Random('pairs')
  const drawn = (n: number, value: (i: number) => [number, number]): ForwardDerivative => {
    const target = new Float32Array(n)
    const others = new Float32Array(n)
    for (let i = 0; i < n; i++) {
      const [a, b] = value(i)
      target[i] = a
      others[i] = b
    }
    return { target, others }
  }
  const kinds: Record<string, (n: number) => ForwardDerivative> = {
    independent: (n) => drawn(n, () => [random.normal(), random.normal()]),
    'mostly the wrong way': (n) => drawn(n, () => [random.normal(-2), random.normal(2)]),
    'heavy-tailed': (n) => drawn(n, () => [random.normal() ** 5, random.normal() ** 5]),
    'opposite, as of probabilities': (n) =>
      drawn(n, () => {
        const slope = random.normal()
        return [slope, -slope]
      }),
    "in each other's way": (n) =>
      drawn(n, () => {
        const slope = random.uniform(-1, 2)
        return [slope, slope - 1 + random.normal(0, 0.01)]
      }),
    'full of equals': (n) => drawn(n, () => [random.int(5) - 2, random.int(5) - 2]),
    'of all sizes': (n) =>
      drawn(n, () => [
        random.normal() * 10 ** random.uniform(-38, 20),
        random.normal() * 10 ** random.uniform(-38, 20),
      ]),
    'next to nothing': (n) => drawn(n, () => [random.normal() * 1e-37, random.normal() * 1e-43]),
    'next to nothing beside the greatest, which does not help': (n) =>
      drawn(n, (i) =>
        i === 0 ? [1, 2] : i === 1 ? [-2, -1] : [random.normal() * 1e-25, random.normal() * 1e-25],
      ),
    'mostly zero': (n) => drawn(n, () => (random.chance(0.9) ? [0, 0] : [random.normal(), random.normal()])),
  }

  it.each(Object.keys(kinds))('is the best of all pairs: slopes %s', (kind) => {
    for (let run = 0; run < 150; run++) {
      const n = 2 + random.int(run % 10 === 0 ? 300 : 40)
      const derivative = kinds[kind]!(n)
      const domain = everything(n).map(() => (random.chance(0.9) ? 1 : 0))
      for (const direction of ['increase', 'decrease'] as const) {
        const wanted = byHand(derivative, direction, domain)
        const found = mostSalientPair(derivative, direction, domain)
        if (!wanted.pair) {
          expect(found).toBeUndefined()
          continue
        }
        expect(productOf(derivative, found!)).toBe(wanted.product)
        expect(found![0]).toBeLessThan(found![1])
        expect(found!.every((i) => domain[i] === 1)).toBe(true)
      }
    }
  })

  it('is the best of all where what is great one way is as bad the other, and nearly all could be with one great both ways', () => {
    for (let run = 0; run < 6; run++) {
      const slopes = drawn(1500, (i) => {
        const great = random.uniform(1, 2)
        if (i % 100 === 0) return [great, great + random.normal(0, 0.01)]
        if (i % 100 === 1) return [-great, -great + random.normal(0, 0.01)]
        return [random.uniform(0, 0.3) ** (1 + run), -(random.uniform(0, 0.3) ** (1 + run))]
      })
      const found = mostSalientPair(slopes, 'increase', everything(1500))!
      expect(productOf(slopes, found)).toBe(byHand(slopes, 'increase', everything(1500)).product)
    }
  })

  it('has no pair where there are fewer than two features, or none helps', () => {
    const two = { target: Float32Array.of(1, 1), others: Float32Array.of(-1, -1) }
    expect(mostSalientPair(two, 'increase', Uint8Array.of(1, 0))).toBeUndefined()
    expect(mostSalientPair(two, 'decrease', everything(2))).toBeUndefined()
    expect(mostSalientPair(two, 'increase', everything(2))).toEqual([0, 1])
  })

  it('is found among the features of an image of 224 x 224, even where hardly any exceeds another', () => {
    const n = 3 * 224 * 224
    const wall = drawn(20_000, (i) => [(i + 1) / 20_000, (i + 1) / 20_000 - 1.0001])
    const found = mostSalientPair(wall, 'increase', everything(20_000))!
    // (s)(2.0002 - s) is greatest at s = 1.0001.
    expect(productOf(wall, found)).toBeCloseTo(1.0001 ** 2, 6)
    // One of the best pair's features exchanged for any other is never better.
    const scattered = kinds.independent!(n)
    const best = mostSalientPair(scattered, 'increase', everything(n))!
    const product = productOf(scattered, best)
    const better = best.flatMap((kept) =>
      [...scattered.target.keys()].filter((i) => {
        const helps = i !== kept && scattered.target[kept]! + scattered.target[i]! > 0
        return helps && productOf(scattered, [kept, i]) > product
      }),
    )
    expect(better).toEqual([])
  })
})
