import { describe, expect, it } from 'vitest'
import { Random } from '#core/tensor/Random'

describe('Random', () => {
  it('repeats itself for a seed and differs for another', () => {
    const draw = (seed: string) => Array.from({ length: 5 }, () => new Random(seed).bits())
    expect(draw('a')).toEqual(draw('a'))
    expect(new Random('a').bits()).not.toBe(new Random('b').bits())
  })

  it('forks streams that do not depend on earlier draws', () => {
    const used = new Random(1)
    used.bits()
    expect(used.fork('x').bits()).toBe(new Random(1).fork('x').bits())
  })

  it('has the moments of its distributions', () => {
    const random = new Random('moments')
    const n = 40_000
    let sum = 0
    let squares = 0
    let uniform = 0
    for (let i = 0; i < n; i++) {
      const z = random.normal()
      sum += z
      squares += z * z
      uniform += random.uniform()
    }
    expect(Math.abs(sum / n)).toBeLessThan(0.02)
    expect(Math.abs(squares / n - 1)).toBeLessThan(0.03)
    expect(Math.abs(uniform / n - 0.5)).toBeLessThan(0.01)
  })

  it('fills an array with the normal numbers that it gives one by one', () => {
    const [one, many] = [new Random('normals'), new Random('normals')]
    for (const length of [5, 4, 0, 1, 8, 3]) {
      const out = new Float32Array(length)
      many.normals(out)
      expect([...out]).toEqual([...out].map(() => Math.fround(one.normal())))
    }
    expect(many.bits()).toBe(one.bits())
  })

  it('fills an array with uniform numbers as one call after the other would', () => {
    const [one, many] = [new Random('uniforms'), new Random('uniforms')]
    for (const length of [5, 0, 1, 8]) {
      const out = new Float32Array(length)
      many.uniforms(out, -0.3, 2)
      expect([...out]).toEqual([...out].map(() => Math.fround(one.uniform(-0.3, 2))))
    }
    expect(many.bits()).toBe(one.bits())
  })

  it('shuffles to a permutation', () => {
    expect(new Random(3).shuffle([1, 2, 3, 4, 5, 6]).sort()).toEqual([1, 2, 3, 4, 5, 6])
  })
})
