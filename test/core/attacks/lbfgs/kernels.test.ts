import { describe, expect, it } from 'vitest'
import { generalProgram, unitProgram, type LbfgsKernel } from '#core/attacks/lbfgs/kernels'
import type { Values } from '#core/attacks/lbfgs/Numbers'
import { pairsAtOnce } from '#core/attacks/lbfgs/stepKernels'
import { Kernels } from '#core/simd/Kernels'
import { Random } from '#core/tensor/Random'

const random = new Random('lbfgs kernels')
/** More than two blocks of sums in single precision, and some over. */
const n = 661
const indices = [...Array(n).keys()]
const draw = (low = -1, high = 1): number[] => indices.map(() => random.uniform(low, high))
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => sum(indices.map((i) => a[i]! * b[i]!))

/** A box with sides that are not there, or between 0 and 1; each in its precision. */
const cases = [
  {
    name: 'any box, in double precision',
    kernels: new Kernels(generalProgram()),
    held: (values: readonly number[]): Values => Float64Array.from(values),
    lower: draw(-2, -1).map((side, i) => (i % 7 === 0 ? -Infinity : side)),
    upper: draw(1, 2).map((side, i) => (i % 5 === 0 ? Infinity : side)),
    sided: true,
    digits: 11,
  },
  {
    name: 'between 0 and 1, in single precision',
    kernels: new Kernels(unitProgram()),
    held: (values: readonly number[]): Values => Float32Array.from(values),
    lower: indices.map(() => 0),
    upper: indices.map(() => 1),
    sided: false,
    digits: 4,
  },
] as const

describe.each(cases)('kernels of L-BFGS-B beside plain loops: $name', (each) => {
  const { kernels, held, lower, upper, digits } = each
  const sides = each.sided ? [held(lower), held(upper)] : []
  const clip = (value: number, i: number): number => Math.min(Math.max(value, lower[i]!), upper[i]!)
  const middle = (i: number): number => (Math.max(lower[i]!, -2) + Math.min(upper[i]!, 2)) / 2
  /** Some variables on their sides, slopes of zero. */
  const x = held(
    draw(-0.4, 0.4).map((value, i) => {
      const side = i % 4 === 1 ? lower[i]! : i % 4 === 2 ? upper[i]! : Infinity
      return Number.isFinite(side) ? side : middle(i) + value
    }),
  )
  const g = held(draw().map((slope, i) => (i % 6 === 0 ? 0 : slope)))
  const centre = held(indices.map((i) => middle(i) + random.uniform(-0.3, 0.3)))
  const empty = (): Values => held(new Array<number>(n).fill(0))
  const pairs = Array.from({ length: 2 * pairsAtOnce }, () => held(draw()))
  const near = (found: ArrayLike<number>, expected: ArrayLike<number>): void => {
    for (const i of indices) expect(found[i]).toBeCloseTo(expected[i]!, digits)
  }
  const room = (i: number): number => Math.abs(x[i]! - (g[i]! < 0 ? upper[i]! : lower[i]!))
  const moving = (slopes: Values, at: Values): number[] =>
    indices.filter((i) => slopes[i] !== 0 && at[i] !== (slopes[i]! < 0 ? upper[i]! : lower[i]!))

  it('find what is on a side along the path', () => {
    const out = new Int32Array(n)
    for (const t of [0, 0.25, 4]) {
      const count = kernels.find('atSide', [x, g, ...sides], [t], out)
      const expected = indices.filter((i) => {
        const there = held([x[i]! - held([t * g[i]!])[0]!])[0]!
        return there <= lower[i]! || there >= upper[i]!
      })
      expect([...out.subarray(0, count)]).toEqual(expected)
      expect(expected.length).toBeGreaterThan(n / 5)
    }
  })

  it('begin with the slopes and the path from there', () => {
    const out = empty()
    const sums = kernels.run('begin', [g, x, centre, out, ...sides], [0.5, 0.25])
    near(
      out,
      indices.map((i) => 0.5 * g[i]! + 0.25 * (x[i]! - centre[i]!)),
    )
    const [moves, square, reach] = kernels.run('begin', [g, x, centre, out, ...sides], [1, 0])
    expect(out).toEqual(g)
    expect(moves).toBe(moving(g, x).length)
    expect(square).toBeCloseTo(sum(moving(g, x).map((i) => g[i]! ** 2)), digits)
    expect(reach).toBeCloseTo(Math.max(...indices.map((i) => Math.min(Math.abs(g[i]!), room(i)))), digits)
    expect(sums).toHaveLength(3)
  })

  it.each([0, 1, 2, 3, 4, 5])('step with %i corrections', (count) => {
    const some = pairs.slice(0, 2 * count)
    const shares = some.map(() => random.uniform(-0.2, 0.2))
    const [t, a] = [0.25, 0.4]
    const [target, way] = [empty(), empty()]
    const name = `step${count}` as LbfgsKernel
    const sums = kernels.run(name, [x, g, centre, target, way, ...sides, ...some], [t, a, ...shares])
    let atSide = 0
    const expected = indices.map((i) => {
      const cauchy = x[i]! - t * g[i]!
      const isFree = cauchy > lower[i]! && cauchy < upper[i]!
      if (!isFree) atSide++
      return clip(isFree ? x[i]! - a * g[i]! + sum(some.map((v, k) => shares[k]! * v[i]!)) : cauchy, i)
    })
    expect(atSide).toBeGreaterThan(20)
    expect(atSide).toBeLessThan(n / 2)
    near(target, expected)
    near(
      way,
      indices.map((i) => expected[i]! - x[i]!),
    )
    expect(sums[0]).toBeCloseTo(dot(way, g), digits)
    expect(sums[1]).toBeCloseTo(dot(way, way), digits)
    expect(sums[2]).toBeCloseTo(sum(indices.map((i) => (target[i]! - centre[i]!) ** 2)), digits)
    some.forEach((v, k) => {
      expect(sums[3 + k]).toBeCloseTo(dot(v, way), digits)
    })
  })

  it('step in several passes, and only part of the way', () => {
    const shares = pairs.map(() => random.uniform(-1, 1))
    const [wanted, target, way] = [empty(), empty(), empty()]
    kernels.run('wanted', [x, g, wanted, ...pairs], [0.4, ...shares])
    kernels.run('wantedMore', [wanted, ...pairs], shares)
    near(
      wanted,
      indices.map((i) => x[i]! - 0.4 * g[i]! + 2 * sum(pairs.map((v, k) => shares[k]! * v[i]!))),
    )
    const t = 0.25
    const cauchy = indices.map((i) => x[i]! - t * g[i]!)
    const isFree = (i: number): boolean => cauchy[i]! > lower[i]! && cauchy[i]! < upper[i]!
    const [excess] = kernels.run('excess', [x, g, wanted, ...sides], [t])
    const cut = indices.filter((i) => isFree(i) && clip(wanted[i]!, i) !== wanted[i])
    expect(cut.length).toBeGreaterThan(20)
    const longest = Math.max(
      ...cut.map((i) => Math.abs((wanted[i]! - cauchy[i]!) / (clip(wanted[i]!, i) - cauchy[i]!))),
    )
    expect(excess! / longest).toBeCloseTo(1, 3)
    const share = 1 / excess!
    const sums = kernels.run('towards', [x, g, centre, target, way, wanted, ...sides], [t, share])
    near(
      target,
      indices.map((i) => clip(cauchy[i]! + (isFree(i) ? share * (wanted[i]! - cauchy[i]!) : 0), i)),
    )
    expect(sums[0]).toBeCloseTo(dot(way, g), digits)
    expect(sums[1]).toBeCloseTo(dot(way, way), digits)
    const along = kernels.run('along', [g, ...pairs])
    pairs.forEach((v, k) => {
      expect(along[k]).toBeCloseTo(dot(v, g), digits)
    })
  })

  it.each([0, 1, 2, 3, 4, 5])('take an answer in beside %i corrections', (count) => {
    const some = pairs.slice(0, 2 * count)
    const [answered, step] = [Float32Array.from(draw()), held(draw())]
    const slopes = empty()
    // Gradients come as floats in single precision only.
    const given = each.sided ? Float64Array.from(answered) : answered
    const arrays = [given, x, centre, step, g, slopes, ...sides, ...some]
    const sums = kernels.run(`answer${count}` as LbfgsKernel, arrays, [0.9, 0.3])
    near(
      slopes,
      indices.map((i) => 0.9 * answered[i]! + 0.3 * (x[i]! - centre[i]!)),
    )
    const y = indices.map((i) => slopes[i]! - g[i]!)
    const there = moving(slopes, x)
    expect(sums[0]).toBe(there.length)
    expect(sums[1]).toBeCloseTo(sum(there.map((i) => slopes[i]! ** 2)), digits)
    expect(sums[3]).toBeCloseTo(dot(y, step), digits)
    expect(sums[4]).toBeCloseTo(dot(y, y), digits)
    expect(sums[5]).toBeCloseTo(dot(y, slopes), digits)
    some.forEach((v, k) => {
      expect(sums[6 + k]).toBeCloseTo(dot(v, y), digits)
    })
  })

  it('go along a step, and tell how often it fits in', () => {
    const [step, out] = [held(draw()), empty()]
    const [distance] = kernels.run('go', [x, step, centre, out, ...sides], [0.6])
    const expected = indices.map((i) => clip(x[i]! + 0.6 * step[i]!, i))
    near(out, expected)
    expect(distance).toBeCloseTo(sum(expected.map((value, i) => (value - centre[i]!) ** 2)), digits)
    const inward = held(
      indices.map((i) => (middle(i) - x[i]!) * random.uniform(0.1, 3) + 1e-3 * random.uniform()),
    )
    const [filled] = kernels.run('filled', [x, inward, ...sides])
    const shares = indices
      .filter((i) => inward[i] !== 0)
      .map((i) => inward[i]! / ((inward[i]! < 0 ? lower[i]! : upper[i]!) - x[i]!))
    expect(filled! / Math.max(...shares)).toBeCloseTo(1, 3)
  })
})

it('tell how steep a gradient is, and what the box leaves of it', () => {
  const [g, x] = [Float32Array.of(1, 1, -2, -2, 3), Float32Array.of(0, 0.5, 1, 0.5, 1)]
  expect(new Kernels(unitProgram()).run('steepness', [g, x])).toEqual([19, 14])
})
