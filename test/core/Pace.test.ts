import { describe, expect, it } from 'vitest'
import { Pace } from '#core/Pace'

/** A pace on a clock that stands at `at` ms when it is told how far the work has come. */
function paced(): (at: number, done: number, total: number) => number | null {
  let now = 0
  const pace = new Pace(() => now)
  return (at, done, total) => {
    now = at
    return pace.reach(done, total)
  }
}

describe('the time left', () => {
  it('goes by the speed so far', () => {
    const reach = paced()
    expect(reach(500, 0, 100)).toBeNull()
    expect(reach(10_500, 25, 100)).toBe(30_000)
    expect(reach(20_500, 75, 100)).toBeCloseTo(20_000 / 3)
  })

  it('counts nothing that was done before it was first heard of', () => {
    const reach = paced()
    reach(0, 90, 100)
    expect(reach(10_000, 92, 100)).toBeCloseTo(40_000)
  })

  it('is not guessed from little work or a short time, from an unknown whole, nor once all is done', () => {
    const reach = paced()
    expect(reach(0, 5, 0)).toBeNull()
    reach(0, 0, 1000)
    expect(reach(60_000, 10, 1000)).toBeNull()
    expect(paced()(999, 500, 1000)).toBeNull()
    expect(reach(61_000, 1000, 1000)).toBeNull()
  })

  it('goes by the present stage where the count begins again', () => {
    const reach = paced()
    reach(0, 0, 4)
    expect(reach(100_000, 4, 4)).toBeNull()
    expect(reach(101_000, 0, 10)).toBeNull()
    expect(reach(103_000, 1, 10)).toBeCloseTo(18_000)
  })
})
