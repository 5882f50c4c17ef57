import { describe, expect, it } from 'vitest'
import { AutoShutter } from '#renderer/pages/capture/scan/AutoShutter'
import type { Aim, Checks } from '#renderer/pages/capture/scan/SheetWatch'

const good: Checks = { complete: true, large: true, steady: true, sharp: true }
const aim = (sheet = 1, change: Partial<Checks> = {}): Aim => ({
  kind: 'sheet',
  sheet,
  codes: 4,
  checks: { ...good, ...change },
  pose: undefined,
  fill: 0.9,
  blurPx: 0.7,
})

describe('AutoShutter', () => {
  it('takes a good sheet once, and the next one soon after', () => {
    const shutter = new AutoShutter()
    expect(shutter.decide(aim(), 'wanted', 0)).toBe(true)
    expect(shutter.decide(aim(), 'reading', 100)).toBe(false)
    expect(shutter.decide(aim(2), 'wanted', 300)).toBe(false)
    expect(shutter.decide(aim(2), 'wanted', 1000)).toBe(true)
  })

  it.each(['complete', 'large', 'steady', 'sharp'] as const)('does not take one that is not %s', (check) => {
    expect(new AutoShutter().decide(aim(1, { [check]: false }), 'wanted', 0)).toBe(false)
  })

  it.each(['captured', 'reading', 'unknown'] as const)('leaves a sheet that is %s', (standing) => {
    expect(new AutoShutter().decide(aim(), standing, 0)).toBe(false)
  })

  it('tries a refused sheet again when it has moved, or after some patience, and then no more', () => {
    const shutter = new AutoShutter()
    shutter.decide(aim(), 'wanted', 0)
    shutter.refused(1, 2000)
    expect(shutter.decide(aim(), 'wanted', 2500)).toBe(false)
    shutter.decide(aim(1, { steady: false }), 'wanted', 2600)
    expect(shutter.decide(aim(), 'wanted', 3000)).toBe(true)
    shutter.refused(1, 5000)
    expect(shutter.decide(aim(), 'wanted', 8000)).toBe(false)
    expect(shutter.decide(aim(), 'wanted', 9100)).toBe(true)
    shutter.refused(1, 11_000)
    expect(shutter.hasGivenUp(1)).toBe(true)
    shutter.decide({ kind: 'nothing' }, 'unknown', 12_000)
    expect(shutter.decide(aim(), 'wanted', 60_000)).toBe(false)
    expect(shutter.decide(aim(2), 'wanted', 61_000)).toBe(true)
    shutter.forget(1)
    expect(shutter.decide(aim(), 'wanted', 63_000)).toBe(true)
  })

  it('waits a moment after a photo that was taken by hand', () => {
    const shutter = new AutoShutter()
    shutter.shot(0)
    expect(shutter.decide(aim(), 'wanted', 500)).toBe(false)
    expect(shutter.decide(aim(), 'wanted', 950)).toBe(true)
  })
})
