import { describe, expect, it } from 'vitest'
import { signed, unsigned } from '#core/simd/encode'
import {
  change,
  changeDoubles,
  read,
  readBytes,
  readDoubles,
  write,
  writeBytes,
  type Kernel,
} from '#core/simd/kernel'
import { Kernels, programOf } from '#core/simd/Kernels'
import type { Precision } from '#core/simd/Lanes'
import { Random } from '#core/tensor/Random'

/** out = clip(x + t sqrt(|y|), -1, nearest(y)), where x < y; else x / max(y, 2). Sum of x y, the greatest |x|. */
const everything = (precision: Precision): Kernel => ({
  precision,
  arrays: [change, read, write],
  scalars: 1,
  reductions: ['sum', 'greatest'],
  body(l, [t]) {
    const [x, y] = [l.keep(l.load(0)), l.keep(l.load(1))]
    const moved = l.add(x.again, l.mul(t!, l.sqrt(l.abs(y.again))))
    const cut = l.min(l.max(moved, l.constant(-1)), l.nearest(y.again))
    const other = l.div(x.again, l.max(y.again, l.constant(2)))
    return [
      ...[...x.first, ...y.first],
      ...l.store(2, l.where(l.less(x.again, y.again), cut, other)),
      ...l.store(0, l.sub(x.again, y.again)),
      ...l.reduce(0, 'sum', l.mul(x.again, y.again)),
      ...l.reduce(1, 'greatest', l.abs(x.again)),
    ]
  },
})
const axpy: Kernel = {
  precision: 'double',
  arrays: [changeDoubles, readDoubles, read],
  scalars: 1,
  reductions: [],
  body: (l, [a]) => l.store(0, l.add(l.load(0), l.mul(l.mul(a!, l.load(1)), l.load(2)))),
}
/** b = 255 - nearest(a / 2 + f); the sum of a. */
const ofBytes = (precision: Precision): Kernel => ({
  precision,
  arrays: [readBytes, read, writeBytes],
  scalars: 0,
  reductions: ['sum'],
  body(l) {
    const a = l.keep(l.load(0))
    const half = l.nearest(l.add(l.mul(a.again, l.constant(0.5)), l.load(1)))
    return [...a.first, ...l.store(2, l.sub(l.constant(255), half)), ...l.reduce(0, 'sum', a.again)]
  },
})
/** Where x is above t and y is 0. */
const looking = (precision: Precision): Kernel => ({
  precision,
  arrays: [read, readBytes],
  scalars: 1,
  reductions: [],
  finds: true,
  body: (l, [t]) => l.both(l.less(t!, l.load(0)), l.equal(l.load(1), l.constant(0))),
})
/** y where it is above x, else zero. */
const keeping = (precision: Precision): Kernel => ({
  precision,
  arrays: [read, change],
  scalars: 0,
  reductions: [],
  body: (l) => l.store(1, l.only(l.less(l.load(0), l.load(1)), l.load(1))),
})
/** In parts, the sums in blocks: out = a x + y; the sum of x y, of out, the greatest |out|. */
const inBlocks = (precision: Precision): Kernel => ({
  precision,
  arrays: [read, read, write],
  scalars: 1,
  reductions: ['sum', 'sum', 'greatest'],
  inBlocks: true,
  body(l, [a]) {
    const x = l.keep(l.load(0))
    const y = l.keep(l.load(1))
    const out = l.keep(l.add(l.mul(a!, x.again), y.again))
    return [
      [...x.first, ...y.first],
      l.reduce(0, 'sum', l.mul(x.again, y.again)),
      [...out.first, ...l.store(2, out.again)],
      [...l.reduce(1, 'sum', out.again), ...l.reduce(2, 'greatest', l.abs(out.again))],
    ]
  },
})
const program = programOf({
  ...{ single: everything('single'), double: everything('double'), axpy },
  ...{ keepingSingle: keeping('single'), keepingDouble: keeping('double') },
})
const blockProgram = programOf({ single: inBlocks('single'), double: inBlocks('double') })
const byteProgram = programOf({ single: ofBytes('single'), double: ofBytes('double') })
const findProgram = programOf({ single: looking('single'), double: looking('double') })
const random = new Random('kernels')
const floats = (length: number): Float32Array => Float32Array.from({ length }, () => random.uniform(-3, 3))
/** Fewer than a register holds, all rests, one piece exactly, and more than one. */
const lengths = [1, 2, 3, 4, 5, 7, 8, 9, 31, 16384, 16389, 40001]

const nearest = (value: number): number => {
  const below = Math.floor(value)
  const half = value - below
  return half < 0.5 || (half === 0.5 && below % 2 === 0) ? below : below + 1
}

describe('kernels', () => {
  it.each(lengths)('calculate as JavaScript does, %i values', (length) => {
    const [x, y] = [floats(length), floats(length)]
    const expected = x.map((value, i) => {
      const moved = value + 0.7 * Math.sqrt(Math.abs(y[i]!))
      const cut = Math.min(Math.max(moved, -1), nearest(y[i]!))
      return value < y[i]! ? cut : value / Math.max(y[i]!, 2)
    })
    const sum = x.reduce((total, value, i) => total + value * y[i]!, 0)
    const greatest = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    const kernels = new Kernels(program(), 3 * Kernels.roomFor(length))
    const resident = (values: Float32Array): Float32Array => {
      const array = kernels.floats(length)
      expect(array.buffer).not.toBe(values.buffer)
      array.set(values)
      return array
    }
    for (const place of [(values: Float32Array) => values.slice(), resident]) {
      for (const precision of ['double', 'single'] as const) {
        if (place === resident && precision === 'single') continue
        const [a, b, out] = [place(x), place(y), place(new Float32Array(length))]
        const [total, most] = kernels.run(precision, [a, b, out], [0.7])
        expect(most).toBe(greatest)
        if (precision === 'double') {
          // By values, to which -0 and 0 are one.
          expect(out.every((value, i) => value === expected[i])).toBe(true)
          expect(a).toEqual(x.map((value, i) => value - y[i]!))
          expect(total).toBeCloseTo(sum, 9)
        } else {
          expect(out.every((value, i) => Math.abs(value - expected[i]!) < 1e-6)).toBe(true)
          expect(Math.abs(total! - sum)).toBeLessThan(1e-6 * length)
        }
        expect(b).toEqual(y)
      }
    }
  })

  it.each(lengths)('keep only what a condition allows, %i values', (length) => {
    const kernels = new Kernels(program())
    const [x, y] = [floats(length), floats(length)]
    for (const name of ['keepingSingle', 'keepingDouble'] as const) {
      const kept = y.slice()
      kernels.run(name, [x, kept])
      expect(kept).toEqual(y.map((value, i) => (x[i]! < value ? value : 0)))
    }
  })

  it.each([...lengths, 255, 256, 272, 511, 777])('add up block by block, %i values', (length) => {
    const [x, y] = [floats(length), floats(length)]
    const expected = x.map((value, i) => 0.3 * value + y[i]!)
    const total = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0)
    const kernels = new Kernels(blockProgram())
    for (const precision of ['single', 'double'] as const) {
      for (let run = 0; run < 2; run++) {
        const out = new Float32Array(length)
        const [product, sum, most] = kernels.run(precision, [x, y, out], [0.3])
        expect(out.every((value, i) => Math.abs(value - expected[i]!) < 1e-6)).toBe(true)
        expect(Math.abs(product! - x.reduce((sum, value, i) => sum + value * y[i]!, 0))).toBeLessThan(
          1e-6 * length,
        )
        expect(Math.abs(sum! - total(expected))).toBeLessThan(1e-6 * length)
        expect(most).toBeCloseTo(Math.max(...expected.map(Math.abs)), 6)
      }
    }
  })

  it('work on doubles, in their own memory or not, and beside floats', () => {
    const length = 20_003
    const kernels = new Kernels(program(), Kernels.roomForDoubles(length))
    const own = kernels.doubles(length)
    const [v, f] = [new Float64Array(length).map(() => random.uniform()), floats(length)]
    own.set(v)
    const expected = v.map((value, i) => value + 0.1 * value * f[i]!)
    kernels.run('axpy', [own, v, f], [0.1])
    expect(own).toEqual(expected)
    const elsewhere = v.slice()
    kernels.run('axpy', [elsewhere, v, f], [0.1])
    expect(elsewhere).toEqual(expected)
  })

  it.each(lengths)('calculate with bytes, %i values', (length) => {
    const kernels = new Kernels(byteProgram())
    const a = new Uint8Array(length).map((_, i) => (i < 2 ? 255 * i : random.int(256)))
    const f = Float32Array.from({ length }, () => random.uniform(0, 127))
    for (const precision of ['single', 'double'] as const) {
      const out = new Uint8Array(length)
      const [sum] = kernels.run(precision, [a, f, out])
      expect(sum).toBe(a.reduce((total, value) => total + value, 0))
      const half = (value: number, i: number): number =>
        precision === 'single' ? Math.fround(value / 2 + f[i]!) : value / 2 + f[i]!
      expect(out).toEqual(a.map((value, i) => 255 - nearest(half(value, i))))
    }
  })

  it.each(lengths)('find where a condition holds, %i values', (length) => {
    const kernels = new Kernels(findProgram())
    const x = floats(length)
    const y = new Uint8Array(length).map(() => (random.chance(0.8) ? 0 : random.int(256)))
    // Nearly everywhere, here and there, and nowhere.
    for (const t of [-2.9, 2.9, 3]) {
      const expected = [...x.keys()].filter((i) => x[i]! > Math.fround(t) && y[i] === 0)
      for (const precision of ['single', 'double'] as const) {
        const out = new Int32Array(length)
        const found = kernels.find(precision, [x, y], [Math.fround(t)], out)
        expect([...out.subarray(0, found)]).toEqual(expected)
        expect(kernels.first(precision, [x, y], [Math.fround(t)])).toBe(expected[0])
      }
    }
  })

  it('give their arrays out again once they were reclaimed', () => {
    const kernels = new Kernels(program(), Kernels.roomFor(1000))
    expect(kernels.room).toBeGreaterThanOrEqual(Kernels.roomFor(1000))
    const first = kernels.floats(1000).fill(1)
    kernels.reclaim()
    expect(kernels.floats(1000).byteOffset).toBe(first.byteOffset)
  })

  it('give ordinary arrays where the room is used up', () => {
    const kernels = new Kernels(program(), Kernels.roomFor(100_000))
    const [first, second] = [kernels.floats(100_000), kernels.floats(100_000)]
    expect(second.buffer).not.toBe(first.buffer)
    expect(second).toEqual(new Float32Array(100_000))
  })

  it('leave no value of one run to the next', () => {
    const kernels = new Kernels(program())
    const ones = new Float32Array(9).fill(1)
    const out = new Float32Array(9)
    for (let run = 0; run < 2; run++) {
      expect(kernels.run('double', [ones.slice(), ones, out], [0])).toEqual([9, 1])
    }
    expect(
      kernels.run('double', [new Float32Array(0), new Float32Array(0), out.subarray(0, 0)], [0]),
    ).toEqual([0, 0])
  })
})

describe('whole numbers in WebAssembly', () => {
  it('are LEB128', () => {
    // The examples of the specification's chapter 5.2.2 and of DWARF 4, figure 22 and 23.
    expect(unsigned(3)).toEqual([0x03])
    expect(unsigned(624_485)).toEqual([0xe5, 0x8e, 0x26])
    expect(unsigned(128)).toEqual([0x80, 0x01])
    expect(signed(-2)).toEqual([0x7e])
    expect(signed(127)).toEqual([0xff, 0x00])
    expect(signed(-128)).toEqual([0x80, 0x7f])
    expect(signed(-123_456)).toEqual([0xc0, 0xbb, 0x78])
  })
})
