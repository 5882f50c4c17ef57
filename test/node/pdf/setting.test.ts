import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import PDFDocument from 'pdfkit'
import { describe, expect, it } from 'vitest'
import { projectFolder } from '#node/lab/projectFolder'
import { registerFonts } from '#node/pdf/fonts'
import { spread } from '#node/pdf/report/spread'
import { splitDecimal } from '#node/pdf/report/tableColumns'
import { wrap } from '#node/pdf/report/wrap'
import { xAxis } from '#node/pdf/report/xAxis'
import { ellipsis, widthOf, type TextStyle } from '#node/pdf/text'
import { unpackWoff } from '#node/pdf/woff'

const doc = new PDFDocument({ autoFirstPage: false })
registerFonts(doc)
const style: TextStyle = { face: 'regular', size: 10 }

describe('ellipsis', () => {
  it('keeps what fits and shortens what does not to as much as fits', () => {
    expect(ellipsis(doc, 'Stop', 100, style)).toBe('Stop')
    const text = 'Give way to oncoming traffic'
    const shown = ellipsis(doc, text, 60, style)
    expect(shown).toMatch(/^Give.*…$/)
    expect(widthOf(doc, shown, style)).toBeLessThanOrEqual(60)
    const longer = `${text.slice(0, shown.length)}…`
    expect(widthOf(doc, longer, style)).toBeGreaterThan(60)
    expect(ellipsis(doc, 'Stop', 1, style)).toBe('')
  })
})

describe('wrap', () => {
  it('breaks at spaces, and inside words that are too long', () => {
    const lines = wrap(doc, `one two ${'long'.repeat(20)} three`, 80, style)
    for (const line of lines) expect(widthOf(doc, line, style)).toBeLessThanOrEqual(80)
    expect(lines.join('').replaceAll(' ', '')).toBe(`onetwo${'long'.repeat(20)}three`)
    expect(wrap(doc, '', 80, style)).toEqual([''])
  })
})

describe('spread', () => {
  it('moves labels apart, no further than needed, inside the bounds', () => {
    const label = (middle: number) => ({ middle, height: 10 })
    expect(spread([label(20), label(50)], 0, 100)).toEqual([20, 50])
    const tight = spread([label(50), label(48), label(52)], 0, 100)
    const sorted = [...tight].sort((a, b) => a - b)
    expect(sorted[1]! - sorted[0]!).toBeGreaterThanOrEqual(10)
    expect(sorted[2]! - sorted[1]!).toBeGreaterThanOrEqual(10)
    expect(tight.indexOf(sorted[0]!)).toBe(1)
    const low = spread([label(99), label(98), label(97)], 0, 100)
    expect(Math.max(...low)).toBeLessThanOrEqual(95)
    expect(low).toEqual([95, 85, 75])
  })
})

describe('xAxis', () => {
  const width = (text: string): number => 5 * text.length

  it('stands to scale where the steps are alike, and at equal steps where they are not', () => {
    const even = xAxis([0, 10, 30], 300, width)
    expect([0, 10, 30].map(even.place)).toEqual([0, 100, 300])
    const doubling = xAxis([1, 2, 4, 8, 16], 400, width)
    expect([1, 2, 4, 8, 16].map(doubling.place)).toEqual([0, 100, 200, 300, 400])
    expect(doubling.place(3)).toBe(150)
  })

  it('writes only as many ticks as there is room for, and one value in the middle', () => {
    const { ticks } = xAxis([100, 101, 102, 103, 104], 40, width)
    expect(ticks.map(({ text }) => text)).toEqual(['100', '102', '104'])
    expect(xAxis([5], 100, width).ticks).toEqual([{ at: 50, text: '5' }])
    expect(xAxis([], 100, width).ticks).toEqual([])
    expect(xAxis([-1, 0], 100, width).ticks[0]!.text).toBe('−1')
  })
})

describe('splitDecimal', () => {
  it('cuts before the point', () => {
    expect(splitDecimal('33.3')).toEqual(['33', '.3'])
    expect(splitDecimal('–')).toEqual(['–', ''])
  })
})

describe('unpackWoff', () => {
  it('gives tables whose checksums are those in the file', () => {
    const font = unpackWoff(
      readFileSync(join(projectFolder(), 'assets', 'fonts', 'IBMPlexSans-Regular.woff')),
    )
    expect(font.readUInt32BE(0)).toBe(0x00010000)
    const count = font.readUInt16BE(4)
    expect(count).toBeGreaterThan(10)
    for (let i = 0; i < count; i++) {
      const at = 12 + 16 * i
      const tag = font.toString('latin1', at, at + 4)
      const [checksum, offset, length] = [4, 8, 12].map((step) => font.readUInt32BE(at + step)) as [
        number,
        number,
        number,
      ]
      if (tag === 'head') continue // Its checksum is taken with one of its fields at 0.
      let sum = 0
      for (let n = offset; n < offset + length; n += 4) sum = (sum + font.readUInt32BE(n)) >>> 0
      expect(sum, tag).toBe(checksum)
    }
  })

  it('refuses what is no WOFF font', () => {
    expect(() => unpackWoff(Buffer.alloc(100))).toThrow(/WOFF 1/)
    expect(() => unpackWoff(Buffer.alloc(3))).toThrow(/WOFF 1/)
  })
})
