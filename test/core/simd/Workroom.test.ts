import { describe, expect, it } from 'vitest'
import { change, type Kernel } from '#core/simd/kernel'
import { Kernels, programOf } from '#core/simd/Kernels'
import { Workroom } from '#core/simd/Workroom'

const twice: Kernel = {
  precision: 'double',
  arrays: [change],
  scalars: 0,
  reductions: [],
  body: (l) => l.store(0, l.add(l.load(0), l.load(0))),
}
const [program, other] = [programOf({ twice }), programOf({ twice })]

describe('a workroom', () => {
  it('gives nothing out twice until it is cleared', () => {
    const room = new Workroom()
    const [first, second, long] = [room.floats(4), room.floats(4), room.floats(5)]
    expect(new Set([first.buffer, second.buffer, long.buffer]).size).toBe(3)
    room.clear()
    expect(room.floats(5)).toBe(long)
    expect(room.floats(4)).toBe(first)
    expect(room.copy(Float32Array.of(1, 2, 3, 4))).toBe(second)
    expect([...second]).toEqual([1, 2, 3, 4])
    expect(room.floats(4)).not.toBe(first)
  })

  it('gives kernels of the program that have room enough', () => {
    const room = new Workroom()
    const small = room.kernels(program(), Kernels.roomFor(10))
    const large = room.kernels(program(), Kernels.roomFor(1_000_000))
    const elsewhere = room.kernels(other())
    const array = large.floats(1_000_000)
    room.clear()
    expect(room.kernels(other())).toBe(elsewhere)
    const again = room.kernels(program(), Kernels.roomFor(900_000))
    expect(again).toBe(large)
    expect(again.floats(900_000).byteOffset).toBe(array.byteOffset)
    expect(room.kernels(program())).toBe(small)
    const values = Float32Array.of(1, 2, 3)
    small.run('twice', [values])
    expect([...values]).toEqual([2, 4, 6])
  })
})
