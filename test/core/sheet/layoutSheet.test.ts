import { describe, expect, it } from 'vitest'
import { HalftoneError } from '#core/errors'
import { layoutSheet } from '#core/sheet/layoutSheet'
import { layoutSheets } from '#core/sheet/layoutSheets'
import { layoutDefaults, type LayoutOptions } from '#core/sheet/LayoutOptions'
import { decodePayload } from '#core/sheet/payload'
import { Random } from '#core/tensor/Random'
import { expectSound } from './sheetChecks'

const signs: LayoutOptions = { ...layoutDefaults, imagePx: { width: 128, height: 128 } }
const inception: LayoutOptions = {
  ...layoutDefaults,
  imagePx: { width: 299, height: 299 },
  size: { kind: 'dots', dotsPerPixel: 4 },
}

const cases: readonly [string, LayoutOptions, { columns: number; rows: number }][] = [
  ['signs on A4', signs, { columns: 3, rows: 7 }],
  ['signs on A4 landscape', { ...signs, orientation: 'landscape' }, { columns: 4, rows: 4 }],
  ['signs on Letter', { ...signs, paper: 'Letter' }, { columns: 3, rows: 6 }],
  ['signs, codes of 26 mm', { ...signs, code: 26 }, { columns: 3, rows: 6 }],
  ['299 px at 4 dots', inception, { columns: 1, rows: 4 }],
  ['299 px at 3 dots', { ...inception, size: { kind: 'dots', dotsPerPixel: 3 } }, { columns: 2, rows: 5 }],
  ['299 px at 6 dots', { ...inception, size: { kind: 'dots', dotsPerPixel: 6 } }, { columns: 1, rows: 2 }],
  ['tall images', { ...signs, imagePx: { width: 60, height: 200 } }, { columns: 5, rows: 4 }],
  ['fewer columns', { ...signs, pairColumns: 2 }, { columns: 2, rows: 7 }],
]

describe('layoutSheet', () => {
  it.each(cases)('%s: fits, on the grid, without overlaps', (_, options, { columns, rows }) => {
    const layout = layoutSheet(options)
    expect({ columns: layout.pairColumns, rows: layout.rows }).toEqual({ columns, rows })
    expect(layout.template.slots).toHaveLength(2 * columns * rows)
    expectSound(layout)
  })

  it('puts the clean image left of its adversarial one, at a whole number of dots per pixel', () => {
    const { template } = layoutSheet(signs)
    for (let i = 0; i < template.slots.length; i += 2) {
      const [clean, adversarial] = [template.slots[i]!, template.slots[i + 1]!]
      expect([clean.role, adversarial.role]).toEqual(['clean', 'adversarial'])
      expect(clean.pair).toBe(adversarial.pair)
      expect(clean.box.y).toBe(adversarial.box.y)
      expect(adversarial.box.x).toBeGreaterThan(clean.box.x + clean.box.width)
      expect((clean.box.width / 25.4) * 600).toBeCloseTo(640, 9)
    }
  })

  it('puts marks at every crossing, and at all corners of every image', () => {
    const { template, pairColumns, rows } = layoutSheet(signs)
    expect(template.marks).toHaveLength((2 * pairColumns + 1) * (rows + 1))
    for (const { box } of template.slots) {
      for (const x of [box.x, box.x + box.width]) {
        for (const y of [box.y, box.y + box.height]) {
          const nearest = Math.min(
            ...template.marks.map(({ center }) => Math.hypot(center.x - x, center.y - y)),
          )
          expect(nearest).toBeLessThan(4)
        }
      }
    }
  })

  it('adds marks where images are large and edges empty', () => {
    const { template } = layoutSheet(inception)
    const xs = template.marks.map(({ center }) => center.x)
    expect(Math.min(...xs)).toBeLessThan(13)
    expect(Math.max(...xs)).toBeGreaterThan(197)
    expect(template.marks.length).toBe(5 * 5 + 5 * 4)
  })

  it('rounds a size in mm to whole dots and says so', () => {
    const rounded = layoutSheet({ ...inception, size: { kind: 'mm', width: 50 } })
    expect(rounded.dotsPerPixel).toBe(4)
    expect(rounded.notes.join()).toMatch(/50\.63 mm wide instead of 50 mm/)
    expect(layoutSheet({ ...signs, size: { kind: 'mm', width: 27.0933 } }).notes).toEqual([])
  })

  it('is sound or refuses with a reason, whatever is asked', () => {
    const random = new Random('layouts')
    const pick = (low: number, high: number): number => low + (random.bits() % (high - low + 1))
    let fitted = 0
    for (let i = 0; i < 80; i++) {
      const options: LayoutOptions = {
        paper: pick(0, 1) === 0 ? 'A4' : 'Letter',
        orientation: pick(0, 1) === 0 ? 'portrait' : 'landscape',
        margin: pick(3, 25),
        imagePx: { width: pick(80, 320), height: pick(80, 320) },
        size: { kind: 'dots', dotsPerPixel: pick(2, 9) },
        pairColumns: pick(0, 2) === 0 ? pick(1, 4) : 'auto',
        gutter: pick(35, 90) / 10,
        caption: pick(38, 120) / 10,
        code: pick(220, 260) / 10,
      }
      try {
        expectSound(layoutSheet(options))
        fitted++
      } catch (error) {
        if (!(error instanceof HalftoneError)) throw error
        expect(error.code).toBe('does-not-fit')
      }
    }
    expect(fitted).toBeGreaterThan(20)
  })
})

describe('layouts that do not fit', () => {
  const refusal = (options: LayoutOptions): string => {
    try {
      layoutSheet(options)
    } catch (error) {
      if (error instanceof HalftoneError && error.code === 'does-not-fit') return error.message
      throw error
    }
    return expect.fail('It fits.')
  }

  it('give advice that helps when it is followed', () => {
    const tooLarge: LayoutOptions = { ...inception, size: { kind: 'dots', dotsPerPixel: 8 } }
    const message = refusal(tooLarge)
    expect(message).toMatch(/101\.3 x 101\.3 mm images side by side do not fit into the 190\.0 x 224\.1 mm/)
    const dots = Number(/at (\d+) dots per pixel/.exec(message)?.[1])
    expect(dots).toBe(7)
    expect(layoutSheet({ ...tooLarge, size: { kind: 'dots', dotsPerPixel: dots } }).pairsPerSheet).toBe(2)
    expect(message).toContain('use A4 landscape')
    expect(layoutSheet({ ...tooLarge, orientation: 'landscape' }).pairsPerSheet).toBe(1)
  })

  it('name the columns that would fit', () => {
    const message = refusal({ ...signs, pairColumns: 4 })
    expect(message).toMatch(/4 pairs of 27\.1 x 27\.1 mm/)
    expect(message).toMatch(/at most 3 pair columns/)
    expect(message).toMatch(/use A4 landscape/)
  })

  it('name the margin that would fit', () => {
    const wide: LayoutOptions = { ...signs, margin: 14, pairColumns: 3 }
    const margin = Number(/set the margin to ([\d.]+) mm/.exec(refusal(wide))?.[1])
    expect(layoutSheet({ ...wide, margin }).pairColumns).toBe(3)
    expect(() => layoutSheet({ ...wide, margin: margin + 0.5 })).toThrow(HalftoneError)
  })

  it('say when only smaller images help', () => {
    const message = refusal({
      ...signs,
      imagePx: { width: 6000, height: 6000 },
      size: { kind: 'dots', dotsPerPixel: 1 },
    })
    expect(message).toMatch(/Scale the images down/)
  })

  it('name the least margin, gutter and caption', () => {
    expect(refusal({ ...signs, margin: 3 })).toMatch(/at least 4\.2 mm/)
    expect(refusal({ ...signs, gutter: 2 })).toMatch(/at least 3\.6 mm/)
    expect(refusal({ ...signs, caption: 2 })).toMatch(/at least 3\.9 mm/)
  })

  it.each([
    [{ code: 40 }, /22 to 26 mm/],
    [{ pairColumns: 0 }, /pair columns/],
    [{ imagePx: { width: 0, height: 10 } }, /whole pixels/],
    [{ size: { kind: 'dots', dotsPerPixel: 2.5 } }, /whole number of 600 dpi dots/],
    [{ size: { kind: 'mm', width: -1 } }, /above 0 mm/],
    [{ margin: Number.NaN }, /margin/],
  ] as const)('%o is refused as out of range', (change, message) => {
    const attempt = () => layoutSheet({ ...signs, ...change })
    expect(attempt).toThrow(message)
    expect(attempt).toThrow(expect.objectContaining({ code: 'invalid-argument' }) as Error)
  })
})

describe('layoutSheets', () => {
  it('splits pairs in order, and gives each sheet its own codes', () => {
    const { layout, sheets } = layoutSheets({ options: signs, experiment: 'DEMO01', pairs: 50 })
    expect(layout.pairsPerSheet).toBe(21)
    expect(sheets.map(({ firstPair, pairs }) => [firstPair, pairs])).toEqual([
      [0, 21],
      [21, 21],
      [42, 8],
    ])
    for (const { sheet, geometry, captions, firstPair, pairs } of sheets) {
      expect(geometry.slots.map(({ pair }) => pair)).toEqual(
        Array.from({ length: 2 * pairs }, (_, i) => firstPair + Math.floor(i / 2)),
      )
      expect(captions).toHaveLength(2 * pairs)
      expect(geometry.marks).toEqual(layout.template.marks)
      for (const { corner, payload } of geometry.codes) {
        expect(decodePayload(payload)).toEqual({ ok: true, value: { experiment: 'DEMO01', sheet, corner } })
      }
    }
    const payloads = new Set(sheets.flatMap(({ geometry }) => geometry.codes.map(({ payload }) => payload)))
    expect(payloads.size).toBe(12)
  })

  it('refuses no pairs and too many', () => {
    expect(() => layoutSheets({ options: signs, experiment: 'DEMO01', pairs: 0 })).toThrow(
      /at least one pair/,
    )
    expect(() => layoutSheets({ options: inception, experiment: 'DEMO01', pairs: 200_000 })).toThrow(
      /50000 sheets/,
    )
  })
})
