import { describe, expect, it } from 'vitest'
import { regionRound, roundImages } from '#core/attacks/bounds'
import { changesOf } from '#core/attacks/judge'
import { levelProgram } from '#core/attacks/levelKernels'
import { quantizer } from '#core/attacks/quantizer'
import { Kernels } from '#core/simd/Kernels'
import { Workroom } from '#core/simd/Workroom'
import { toBytes, toFloats, type ByteImages } from '#core/tensor/Images'
import { norms } from '#core/tensor/norms'
import { Random } from '#core/tensor/Random'

const random = new Random('levels')
const kernels = new Kernels(levelProgram())
const bytes = (length: number): Uint8Array => new Uint8Array(length).map(() => random.int(256))

describe('levels in kernels', () => {
  it('are the floats that they are elsewhere, all of them', () => {
    const levels = Uint8Array.from({ length: 259 }, (_, i) => i % 256)
    const out = new Float32Array(259)
    kernels.run('floats', [levels, out])
    const all: ByteImages = { channels: 1, height: 1, width: 259, count: 1, data: levels }
    expect(out).toEqual(toFloats(all).data)
  })

  it('are found again by a box of no size, all of them', () => {
    const data = Float32Array.from({ length: 256 }, (_, i) => Math.fround(i / 255))
    const clean = { channels: 1, height: 16, width: 16, count: 1, data }
    const images = { ...clean, data: data.map(() => random.uniform(-1, 2)) }
    regionRound(clean, { norm: norms.linf, radius: 0 }).project(images)
    expect(images.data).toEqual(data)
  })

  it.each([undefined, 0, 3, 7.5, 300])('are rounded as by a plain loop, radius %s', (radius) => {
    const clean: ByteImages = { channels: 1, height: 7, width: 31, count: 3, data: bytes(651) }
    // Beyond the range, at ties, and at levels.
    const values = Float32Array.from(clean.data, (level, i) =>
      i % 3 === 0 ? (random.int(256) + 0.5) / 255 : i % 3 === 1 ? level / 255 : random.uniform(-0.5, 1.5),
    )
    const bound = radius === undefined ? undefined : { norm: norms.linf, radius }
    const whole = Math.floor(radius ?? 255)
    const expected = clean.data.map((centre, i) => {
      const level = Math.floor(values[i]! * 255 + 0.5)
      return Math.min(Math.max(level, centre - whole, 0), centre + whole, 255)
    })
    expect(roundImages({ ...clean, data: values }, clean, bound).data).toEqual(expected)
    const [out, floats, both] = [new Float32Array(651), new Float32Array(651), new Uint8Array(651)]
    kernels.run('roundFloats', [values, clean.data, out], [whole])
    kernels.run('roundBoth', [values, clean.data, both, floats], [whole])
    expect(both).toEqual(expected)
    expect(floats).toEqual(toFloats({ ...clean, data: expected }).data)
    expect(out).toEqual(floats)
  })

  it.each([1, 3])('are compared exactly where all of many change the most, %i channels', (channels) => {
    const [black, white] = [new Uint8Array(channels * 40_001), new Uint8Array(channels * 40_001).fill(255)]
    const { distances, pixels } = changesOf(white, black, channels)
    const l2 = 255 * Math.sqrt(white.length)
    expect(distances).toEqual({ l0: white.length, l1: 255 * white.length, l2, linf: 255 })
    expect(pixels).toBe(40_001)
  })

  it('are rounded exactly on either side of every tie', () => {
    const bits = new Int32Array(1)
    const float = new Float32Array(bits.buffer)
    const values = Float32Array.from({ length: 255 * 9 }, (_, i) => {
      float[0] = (Math.floor(i / 9) + 0.5) / 255
      bits[0]! += (i % 9) - 4
      return float[0]!
    })
    const expected = Uint8Array.from(values, (value) => Math.floor(value * 255 + 0.5))
    const out = new Uint8Array(values.length)
    const squares = kernels.run('round', [values, new Uint8Array(values.length), out], [255])
    expect(out).toEqual(expected)
    expect(squares).toEqual([expected.reduce((sum, level) => sum + level ** 2, 0)])
    expect(new Set(expected).size).toBe(256)
  })

  it.each([undefined, norms.linf, norms.l2])('tell how far the rounded images are, bound %o', (norm) => {
    const clean: ByteImages = { channels: 3, height: 9, width: 7, count: 2, data: bytes(378) }
    const floats = toFloats(clean)
    const bound = norm && { norm, radius: norm === norms.l2 ? 90 : 6 }
    const room = new Workroom()
    const quantize = quantizer(clean, bound, regionRound(floats, bound), kernels, room)
    const images = { ...floats, data: floats.data.map((value) => value + random.uniform(-0.1, 0.1)) }
    const squares = Float64Array.of(-1, -1)
    const rounded = toBytes(quantize(images, [1], squares)).data
    const expected = roundImages(images, clean, bound).data.subarray(189)
    expect(rounded.subarray(189)).toEqual(expected)
    const changes = Array.from(expected, (level, i) => level - clean.data[189 + i]!)
    expect([...squares]).toEqual([-1, changes.reduce((sum, change) => sum + change ** 2, 0)])
  })

  it.each([1, 2, 3, 4])('are compared as by a plain loop, %i channels', (channels) => {
    const plane = 1003
    const [clean, other] = [bytes(channels * plane), bytes(channels * plane)]
    // Pixels that differ in no channel, in one and in all.
    for (let i = 0; i < other.length; i++) if ((i % plane) % 5 < 3) other[i] = clean[i]!
    other[0] = clean[0]! ^ 1
    const changes = Array.from(clean, (level, i) => Math.abs(level - other[i]!))
    const changed = Array.from({ length: plane }, (_, p) => p).filter((p) =>
      changes.some((change, i) => i % plane === p && change > 0),
    )
    expect(changesOf(other, clean, channels)).toEqual({
      distances: {
        l0: changes.filter((change) => change > 0).length,
        l1: changes.reduce((sum, change) => sum + change, 0),
        l2: Math.sqrt(changes.reduce((sum, change) => sum + change ** 2, 0)),
        linf: Math.max(...changes),
      },
      pixels: changed.length,
    })
    expect(changesOf(clean, clean, channels).pixels).toBe(0)
  })
})
