import { describe, expect, it } from 'vitest'
import { isRound, startingPoints, stepOf, within } from '#renderer/pages/capture/photos/cornerPoints'

const photo = { width: 4000, height: 3000 }
const key = (name: string, change = {}) => ({ key: name, shiftKey: false, altKey: false, ...change })

describe('corner points', () => {
  it('start inside the photo, going round', () => {
    const points = startingPoints(photo)
    expect(isRound(points)).toBe(true)
    for (const point of points) expect(within(point, photo)).toEqual(point)
  })

  it('stay inside the photo', () => {
    expect(within({ x: -5, y: 9999 }, photo)).toEqual({ x: 0, y: 3000 })
    expect(within({ x: 12.3456, y: 7 }, photo)).toEqual({ x: 12.3, y: 7 })
  })

  it('move by keys: a screen pixel, ten, or one of the photo', () => {
    expect(stepOf(key('ArrowLeft'), 4)).toEqual({ x: -4, y: 0 })
    expect(stepOf(key('ArrowDown', { shiftKey: true }), 4)).toEqual({ x: 0, y: 40 })
    expect(stepOf(key('ArrowUp', { altKey: true }), 4)).toEqual({ x: 0, y: -1 })
    // A small photo shown large still moves.
    expect(stepOf(key('ArrowRight'), 0.3)).toEqual({ x: 1, y: 0 })
    expect(stepOf(key('Tab'), 4)).toBe(null)
  })

  it('are no sheet when they cross or lie on a line', () => {
    const [a, b, c, d] = startingPoints(photo)
    expect(isRound([a, d, c, b])).toBe(true)
    expect(isRound([a, c, b, d])).toBe(false)
    expect(isRound([a, b, { x: (a.x + b.x) / 2, y: a.y }, d])).toBe(false)
  })
})
