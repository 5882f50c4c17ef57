import { describe, expect, it } from 'vitest'
import { afterKey, gridLayout, rowsInView } from '#renderer/components/gridWindow'

const size = { count: 1000, width: 800, leastCell: 128, gap: 8, aspect: 1, caption: 40 }

describe('gridLayout', () => {
  it('puts as many cells into a row as fit and shares what is left', () => {
    const { columns, cellWidth, cellHeight, rows, height } = gridLayout(size)
    expect(columns).toBe(5)
    expect(cellWidth).toBe(153)
    expect(columns * cellWidth + (columns - 1) * 8).toBeLessThanOrEqual(800)
    expect(cellHeight).toBe(193)
    expect(rows).toBe(200)
    expect(height).toBe(200 * 201 - 8)
  })

  it('keeps one column where not even one fits, and no height for nothing', () => {
    expect(gridLayout({ ...size, width: 50 }).columns).toBe(1)
    expect(gridLayout({ ...size, count: 0 })).toMatchObject({ rows: 0, height: 0 })
  })
})

describe('rowsInView', () => {
  const layout = gridLayout(size)

  it('draws what shows and some around it, wherever one has scrolled to', () => {
    expect(rowsInView(layout, 0, 900, 2)).toEqual({ first: 0, last: 7 })
    expect(rowsInView(layout, 201 * 100, 900, 2)).toEqual({ first: 98, last: 107 })
    expect(rowsInView(layout, 201 * 199, 900, 2)).toEqual({ first: 197, last: 200 })
  })

  it('draws nothing of a grid that lies far below or above what shows', () => {
    expect(rowsInView(layout, -5000, 900, 2)).toEqual({ first: 0, last: 0 })
    const { first, last } = rowsInView(layout, 201 * 400, 900, 2)
    expect(last - first).toBe(0)
  })
})

describe('afterKey', () => {
  const at = (key: string, place: number): number | null =>
    afterKey(key, { at: place, count: 13, columns: 5, page: 2 })

  it.each([
    ['ArrowRight', 0, 1],
    ['ArrowRight', 12, 12],
    ['ArrowLeft', 0, 0],
    ['ArrowLeft', 5, 4],
    ['ArrowDown', 1, 6],
    ['ArrowDown', 9, 12],
    ['ArrowDown', 12, 12],
    ['ArrowUp', 7, 2],
    ['ArrowUp', 3, 3],
    ['PageDown', 1, 11],
    ['PageUp', 11, 1],
    ['Home', 7, 0],
    ['End', 7, 12],
  ])('%s from %i leads to %i', (key, from, to) => {
    expect(at(key, from)).toBe(to)
  })

  it('leaves other keys alone, and leads nowhere where there is nothing', () => {
    expect(at('a', 3)).toBeNull()
    expect(afterKey('End', { at: 0, count: 0, columns: 5, page: 2 })).toBeNull()
  })
})
