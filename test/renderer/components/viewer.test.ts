import { describe, expect, it, vi } from 'vitest'
import { amplifiedDifference, fittingFactor, greatestChange } from '#renderer/components/viewer/difference'
import { viewerKeys } from '#renderer/components/viewer/viewerKeys'
import { ViewPort } from '#renderer/components/viewer/ViewPort.svelte'

const pixels = (...data: number[]) => ({
  width: data.length / 4,
  height: 1,
  data: new Uint8ClampedArray(data),
})

describe('amplifiedDifference', () => {
  const from = pixels(100, 100, 100, 255, 0, 10, 250, 255)
  const to = pixels(104, 98, 100, 255, 0, 2, 255, 255)

  it('is middle grey where nothing changed, brighter or darker by the factor elsewhere, and opaque', () => {
    expect([...amplifiedDifference(from, to, 8)]).toEqual([160, 112, 128, 255, 128, 64, 168, 255])
  })

  it('stops at black and white', () => {
    expect([...amplifiedDifference(from, to, 64)].slice(0, 3)).toEqual([255, 0, 128])
  })

  it('finds the greatest change, whatever the opacity, and the factor that just shows it', () => {
    expect(greatestChange(from, to)).toBe(8)
    expect(greatestChange(pixels(1, 1, 1, 0), pixels(1, 1, 1, 255))).toBe(0)
    expect([0, 1, 2, 8, 16, 100, 255].map(fittingFactor)).toEqual([1, 64, 32, 8, 4, 1, 1])
  })
})

describe('ViewPort', () => {
  it('keeps the point under the pointer where it is while zooming', () => {
    const port = new ViewPort()
    const at = { x: 0.25, y: 0.8 }
    const under = (): { x: number; y: number } => {
      const { left, top, side } = port.window
      return { x: left + at.x * side, y: top + at.y * side }
    }
    const before = under()
    port.zoomBy(4, at)
    expect(port.zoom).toBe(4)
    expect(under().x).toBeCloseTo(before.x, 12)
    expect(under().y).toBeCloseTo(before.y, 12)
  })

  it('never shows what lies outside the picture', () => {
    const port = new ViewPort()
    port.dragBy(3, -3)
    expect(port.window).toEqual({ left: 0, top: 0, side: 1 })
    port.zoomBy(4)
    port.dragBy(10, -10)
    expect(port.window).toEqual({ left: 0, top: 0.75, side: 0.25 })
    port.zoomBy(1e-3)
    expect(port.window).toEqual({ left: 0, top: 0, side: 1 })
    port.zoomBy(1e9)
    expect(port.zoom).toBe(64)
    port.reset()
    expect(port.zoom).toBe(1)
  })
})

describe('viewerKeys', () => {
  const actions = () => ({
    previous: vi.fn(),
    next: vi.fn(),
    zoom: vi.fn(),
    move: vi.fn(),
    reset: vi.fn(),
    flicker: vi.fn(),
    turn: vi.fn(),
  })

  function press(key: string, on: HTMLElement = document.createElement('div'), more: KeyboardEventInit = {}) {
    const did = actions()
    const hear = (event: KeyboardEvent): void => viewerKeys(event, did)
    document.body.append(on)
    document.addEventListener('keydown', hear)
    on.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))
    document.removeEventListener('keydown', hear)
    return did
  }

  it('leads on, zooms and flickers', () => {
    expect(press('ArrowRight').next).toHaveBeenCalledOnce()
    expect(press('-').zoom).toHaveBeenCalledWith(0.5)
    expect(press('f').flicker).toHaveBeenCalledOnce()
    expect(press(' ').turn).toHaveBeenCalledOnce()
    expect(press('ArrowRight', undefined, { shiftKey: true }).move).toHaveBeenCalledWith(-0.1, 0)
  })

  it('leaves a slider its arrows, a button its space bar, and the browser its shortcuts', () => {
    const slider = document.createElement('input')
    expect(press('ArrowRight', slider).next).not.toHaveBeenCalled()
    expect(press('f', slider).flicker).toHaveBeenCalledOnce()
    expect(press(' ', document.createElement('button')).turn).not.toHaveBeenCalled()
    expect(press('f', undefined, { ctrlKey: true }).flicker).not.toHaveBeenCalled()
  })
})
