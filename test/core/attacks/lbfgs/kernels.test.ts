import { describe, expect, it } from 'vitest'
import { lbfgsProgram } from '#core/attacks/lbfgs/kernels'
import { pairsAtOnce } from '#core/attacks/lbfgs/pairKernels'
import { Kernels } from '#core/simd/Kernels'
import { Random } from '#core/tensor/Random'

const random = new Random('lbfgs kernels')
const kernels = new Kernels(lbfgsProgram())
const n = 37
const draw = (low = -1, high = 1): Float64Array =>
  Float64Array.from({ length: n }, () => random.uniform(low, high))
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const indices = [...Array(n).keys()]

/** A point in a box with some variables on its sides, sides that are not there, and slopes of zero. */
const lower = draw(-2, -1).map((side, i) => (i % 7 === 0 ? -Infinity : side))
const upper = draw(1, 2).map((side, i) => (i % 5 === 0 ? Infinity : side))
const x = draw().map((value, i) => (i % 4 === 1 ? lower[i]! : i % 4 === 2 ? upper[i]! : value))
for (const i of indices) if (!Number.isFinite(x[i]!)) x[i] = 0
const g = draw().map((slope, i) => (i % 6 === 0 ? 0 : slope))
const bendOf = (i: number): number =>
  g[i] === 0 ? Infinity : (x[i]! - (g[i]! < 0 ? upper[i]! : lower[i]!)) / g[i]!

describe('kernels of L-BFGS-B, beside plain loops', () => {
  it('find where the path bends', () => {
    const bends = new Float64Array(n)
    const [moves, square, stuck, reach, last] = kernels.run('bends', [x, g, lower, upper, bends])
    expect([...bends].map((bend) => bend + 0)).toEqual(indices.map((i) => bendOf(i) + 0))
    const moving = indices.filter((i) => g[i] !== 0 && bendOf(i) > 0)
    expect(moves).toBe(moving.length)
    expect(square).toBeCloseTo(sum(moving.map((i) => g[i]! ** 2)), 12)
    expect(stuck).toBe(indices.filter((i) => bendOf(i) === 0).length)
    const clip = (value: number, i: number): number => Math.min(Math.max(value, lower[i]!), upper[i]!)
    expect(reach).toBeCloseTo(Math.max(...indices.map((i) => Math.abs(clip(x[i]! - g[i]!, i) - x[i]!))), 12)
    expect(last).toBe(Math.max(...indices.map(bendOf).filter(Number.isFinite)))
    const found = new Int32Array(n)
    const [from, to] = [0.5, last! / 2]
    const between = found.subarray(0, kernels.find('between', [bends], [from, to], found))
    expect([...between]).toEqual(indices.filter((i) => bends[i]! > from && bends[i]! <= to))
    const held = found.subarray(0, kernels.find('stuck', [bends], [], found))
    expect([...held]).toEqual(indices.filter((i) => bends[i] === 0))
    for (const t of [0, 0.7, last!]) {
      const point = new Float64Array(n)
      kernels.run('arrive', [x, g, lower, upper, bends, point], [t])
      const expected = indices.map((i) =>
        bends[i]! <= t ? (g[i]! < 0 ? upper[i]! : lower[i]!) : clip(x[i]! - t * g[i]!, i),
      )
      expect([...point]).toEqual(expected)
      const sides = found.subarray(0, kernels.find('onSide', [point, lower, upper], [], found))
      expect([...sides]).toEqual(indices.filter((i) => point[i] === lower[i] || point[i] === upper[i]))
    }
  })

  it('go into the box, and tell the way', () => {
    const step = draw(-3, 3)
    const [target, way] = [new Float64Array(n), new Float64Array(n)]
    const start = x.map((value, i) => (value + Math.min(Math.max(0, lower[i]!), upper[i]!)) / 2)
    const found = kernels.run('intoBox', [start, step, lower, upper, x, g, target, way])
    const expected = indices.map((i) => Math.min(Math.max(start[i]! + step[i]!, lower[i]!), upper[i]!))
    expect([...target]).toEqual(expected)
    expect([...way]).toEqual(expected.map((value, i) => value - x[i]!))
    const cut = indices.filter((i) => start[i]! + step[i]! !== expected[i])
    expect(cut.length).toBeGreaterThan(3)
    const excess = Math.max(...cut.map((i) => Math.abs(step[i]! / (expected[i]! - start[i]!))))
    expect(found[0]).toBe(excess)
    expect(found[1]).toBeCloseTo(sum(indices.map((i) => way[i]! * g[i]!)), 12)
    expect(found[2]).toBeCloseTo(sum(indices.map((i) => way[i]! ** 2)), 12)
  })

  it('combine corrections', () => {
    const pairs = Array.from({ length: 2 * pairsAtOnce }, () => Float32Array.from(draw()))
    const shares = pairs.map(() => random.uniform(-1, 1))
    const [point, out] = [draw(), new Float64Array(n)]
    kernels.run('subspaceStep', [g, point, x, out, ...pairs], [-0.5, 2, ...shares])
    indices.forEach((i) => {
      const slope = g[i]! + 2 * (point[i]! - x[i]!)
      expect(out[i]).toBeCloseTo(-0.5 * slope + sum(pairs.map((values, k) => shares[k]! * values[i]!)), 12)
    })
    const bends = indices.map(bendOf)
    const [s, y] = pairs
    const along = kernels.run('alongMoving', [s!, y!, g, Float64Array.from(bends)])
    const moving = indices.filter((i) => bends[i]! > 0)
    expect(along[0]).toBeCloseTo(sum(moving.map((i) => -g[i]! * s![i]!)), 12)
    expect(along[1]).toBeCloseTo(sum(moving.map((i) => -g[i]! * y![i]!)), 12)
  })

  it('ask about a point and answer with penalised slopes', () => {
    const clean = Float32Array.from(draw())
    const [asked, slopes] = [new Float32Array(n), new Float64Array(n)]
    const [distortion] = kernels.run('ask', [x, clean, asked])
    expect(asked).toEqual(Float32Array.from(x))
    expect(distortion).toBeCloseTo(sum(indices.map((i) => (x[i]! - clean[i]!) ** 2)), 12)
    const gradient = Float32Array.from(g)
    kernels.run('penalised', [gradient, x, clean, slopes], [0.3])
    expect([...slopes]).toEqual(indices.map((i) => gradient[i]! + 0.3 * (x[i]! - clean[i]!)))
  })
})
