import { beforeEach, describe, expect, it } from 'vitest'
import { SheetWatch, type Aim } from '#renderer/pages/capture/scan/SheetWatch'
import { layout, look } from './seeing'

let watch: SheetWatch
let now: number

beforeEach(() => {
  watch = new SheetWatch({ code: 'TEST01', sheets: 3, layout })
  now = 1000
})

/** Looks at a picture again and again, thirty times a second. */
function stare(seconds: number, at: (i: number) => Parameters<typeof look>[0] = () => ({})): Aim {
  let aim: Aim = { kind: 'nothing' }
  for (let i = 0; i < 30 * seconds; i++) {
    now += 1000 / 30
    aim = watch.see(look(at(i)), now)
  }
  return aim
}

const checksOf = (aim: Aim) => (aim.kind === 'sheet' ? aim.checks : undefined)

describe('SheetWatch', () => {
  it('finds a sheet good once it has lain still for a while', () => {
    expect(checksOf(stare(0.2))).toEqual({ complete: true, large: true, steady: false, sharp: true })
    const aim = stare(0.5)
    expect(aim).toMatchObject({ kind: 'sheet', sheet: 1, codes: 4 })
    expect(checksOf(aim)).toEqual({ complete: true, large: true, steady: true, sharp: true })
  })

  it('does not mind the reader’s whole-pixel steps, but does a slow drift and a hand that moves', () => {
    expect(checksOf(stare(1, (i) => ({ x: i % 2, y: (i >> 1) % 2 })))?.steady).toBe(true)
    expect(checksOf(stare(1, (i) => ({ x: i })))?.steady).toBe(false)
    expect(checksOf(stare(1, (i) => ({ x: 12 * Math.sin(i / 3) })))?.steady).toBe(false)
  })

  it('tells steady at five looks a second too', () => {
    let aim: Aim = { kind: 'nothing' }
    for (let i = 0; i < 4; i++) aim = watch.see(look(), (now += 200))
    expect(checksOf(aim)?.steady).toBe(true)
  })

  it('starts anew for another sheet, and after it was out of sight', () => {
    stare(1)
    expect(checksOf(watch.see(look({ sheet: 1 }), now + 33))?.steady).toBe(false)
    stare(1, () => ({ sheet: 1 }))
    watch.see({ ...look(), sheets: [] }, now + 33)
    expect(checksOf(watch.see(look({ sheet: 1 }), now + 66))?.steady).toBe(false)
  })

  it('waits for a focus that is still worse than the best it has seen', () => {
    stare(1, () => ({ blur: 1 }))
    expect(checksOf(stare(1, () => ({ blur: 1.6 })))?.sharp).toBe(false)
    expect(checksOf(stare(1, () => ({ blur: 1.15 })))?.sharp).toBe(true)
    // The focus hunts: it is sharp for a moment only.
    expect(checksOf(stare(1, (i) => ({ blur: 1 + 0.5 * ((i / 10) % 1) })))?.sharp).toBe(false)
  })

  it('takes a camera that is never sharper for what it is, after a while', () => {
    stare(1, () => ({ blur: 0.9 }))
    expect(checksOf(stare(2, () => ({ blur: 1.4 })))?.sharp).toBe(false)
    expect(checksOf(stare(10, () => ({ blur: 1.4 })))?.sharp).toBe(true)
    // But not for a blur that costs the crops.
    expect(checksOf(stare(20, () => ({ blur: 3 })))?.sharp).toBe(false)
    expect(checksOf(stare(1, () => ({ blur: null })))?.sharp).toBe(false)
  })

  it('asks for a sheet that fills the picture, with all its codes', () => {
    expect(checksOf(stare(1, () => ({ fill: 0.4 })))).toMatchObject({ large: false, complete: true })
    expect(checksOf(stare(1, () => ({ upright: true })))?.large).toBe(false)
    const three = stare(1, () => ({ corners: ['top-left', 'top-right', 'bottom-left'] }))
    expect(three).toMatchObject({ codes: 3, checks: { complete: false, large: true } })
  })

  it('knows sheets that are not this experiment’s', () => {
    expect(watch.see(look({ experiment: 'OTHER1' }), now)).toEqual({
      kind: 'other-experiment',
      code: 'OTHER1',
    })
    expect(watch.see(look({ sheet: 7 }), now)).toEqual({ kind: 'unknown-sheet', sheet: 8 })
    expect(watch.see({ ...look(), sheets: [], foreign: 1 }, now)).toEqual({ kind: 'foreign' })
    expect(watch.see({ ...look(), sheets: [], newer: 2 }, now)).toEqual({ kind: 'newer' })
    const both = {
      ...look(),
      sheets: [...look({ experiment: 'OTHER1' }).sheets, ...look({ sheet: 2 }).sheets],
    }
    expect(watch.see(both, now)).toMatchObject({ kind: 'sheet', sheet: 3 })
  })
})
