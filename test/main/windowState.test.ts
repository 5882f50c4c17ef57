import { describe, expect, it } from 'vitest'
import { firstState, usableState } from '../../src/main/windowState'

const screens = [
  { x: 0, y: 0, width: 1920, height: 1080 },
  { x: 1920, y: -200, width: 2560, height: 1440 },
]

describe('where the window opens', () => {
  it('is where it was, on a screen that is still there', () => {
    const state = { x: 2000, y: 100, width: 1200, height: 800, maximized: true }
    expect(usableState(state, screens)).toEqual(state)
  })

  it('keeps its size but not its place when its screen is gone', () => {
    const state = { x: 2000, y: 100, width: 1200, height: 800, maximized: false }
    expect(usableState(state, screens.slice(0, 1))).toEqual({ width: 1200, height: 800, maximized: false })
  })

  it.each([undefined, null, 'x', {}, { width: 1e9, height: 800 }, { width: 'wide', height: 3 }])(
    'is the first place when %j was stored',
    (stored) => {
      expect(usableState(stored, screens)).toEqual(firstState)
    },
  )

  it('does not hide its title bar above a screen', () => {
    expect(usableState({ x: 0, y: -100, width: 900, height: 700, maximized: false }, screens)).toEqual({
      width: 900,
      height: 700,
      maximized: false,
    })
  })
})
