import { describe, expect, it } from 'vitest'
import { AdamW, clipNorm, cosineSchedule, Momentum, moveAverage } from '#core/training/Optimiser'

/** Minimises 0.5 * sum(scale * (x - target)^2). */
function minimise(make: (parameters: Map<string, Float32Array>) => AdamW | Momentum, rate: number): number {
  const target = [3, -2, 0.5]
  const scale = [1, 10, 0.1]
  const parameters = new Map([['x', new Float32Array(3)]])
  const optimiser = make(parameters)
  const x = parameters.get('x')!
  for (let i = 0; i < 600; i++) {
    const gradient = Float32Array.from(x, (value, k) => scale[k]! * (value - target[k]!))
    optimiser.step(parameters, new Map([['x', gradient]]), rate)
  }
  return Math.max(...x.map((value, k) => Math.abs(value - target[k]!)))
}

describe('optimisers', () => {
  it('AdamW and momentum reach the minimum of a badly scaled bowl', () => {
    expect(minimise((p) => new AdamW(p), 0.05)).toBeLessThan(0.02)
    expect(minimise((p) => new Momentum(p), 0.02)).toBeLessThan(0.02)
  })

  it("AdamW's first step is the learning rate against the gradient's sign", () => {
    const parameters = new Map([['x', Float32Array.of(1, 1)]])
    new AdamW(parameters).step(parameters, new Map([['x', Float32Array.of(5, -0.01)]]), 0.1)
    expect(parameters.get('x')![0]).toBeCloseTo(0.9, 4)
    expect(parameters.get('x')![1]).toBeCloseTo(1.1, 4)
  })

  it('decays only what it is told to', () => {
    const parameters = new Map([
      ['weight', Float32Array.of(1)],
      ['bias', Float32Array.of(1)],
    ])
    const zero = new Map([...parameters].map(([name]) => [name, new Float32Array(1)]))
    new AdamW(parameters, { decay: 0.5, decays: (name) => name === 'weight' }).step(parameters, zero, 0.1)
    expect(parameters.get('weight')![0]).toBeCloseTo(0.95)
    expect(parameters.get('bias')![0]).toBe(1)
  })

  it('clips the joint norm and reports it', () => {
    const gradients = new Map([
      ['a', Float32Array.of(3)],
      ['b', Float32Array.of(4)],
    ])
    expect(clipNorm(gradients, 1)).toBeCloseTo(5)
    expect(gradients.get('b')![0]).toBeCloseTo(0.8)
    expect(clipNorm(gradients, 2)).toBeCloseTo(1)
  })

  it('averages and schedules', () => {
    const average = new Map([['a', Float32Array.of(0)]])
    moveAverage(average, new Map([['a', Float32Array.of(1)]]), 0.75)
    expect(average.get('a')![0]).toBe(0.25)
    const rate = cosineSchedule(1, 100, 10)
    expect(rate(0)).toBeCloseTo(0.1)
    expect(rate(10)).toBeCloseTo(1)
    expect(rate(100)).toBeCloseTo(0.01)
    expect(rate(500)).toBeCloseTo(0.01)
  })
})
