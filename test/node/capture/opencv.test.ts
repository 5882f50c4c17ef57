import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { applyHomography } from '#core/capture/homography'
import { arucoModules } from '#core/sheet/aruco'
import { loadOpenCv, type OpenCv } from '#node/capture/opencv'

let opencv: OpenCv
beforeAll(async () => {
  opencv = await loadOpenCv()
})
afterAll(() => {
  opencv.close()
})

describe('OpenCV', () => {
  test('its module leaves no handlers of unhandled rejections behind', () => {
    const handlers = process.listeners('unhandledRejection').map(String)
    expect(handlers.filter((text) => /throw/.test(text) && text.length < 200)).toEqual([])
  })

  test('finds our markers, their corners in our half-pixel convention', () => {
    const data = new Uint8Array(200 * 200).fill(255)
    const { dark, size } = arucoModules(2)
    dark.forEach((on, i) => {
      if (!on) return
      for (let y = 0; y < 12; y++) {
        const row = 60 + Math.floor(i / size) * 12 + y
        data.fill(0, row * 200 + 50 + (i % size) * 12, row * 200 + 50 + (i % size) * 12 + 12)
      }
    })
    const markers = opencv.find({ width: 200, height: 200, data })
    expect(markers.map((marker) => marker.id)).toEqual([2])
    const [a, , c] = markers[0]!.corners
    for (const [seen, expected] of [
      [a.x, 50],
      [a.y, 60],
      [c.x, 122],
      [c.y, 132],
    ] as const) {
      expect(Math.abs(seen - expected)).toBeLessThan(1)
    }
  })

  test('its homography does not follow wrong points', () => {
    const from = Array.from({ length: 16 }, (_, i) => ({ x: (i % 4) * 50, y: Math.floor(i / 4) * 70 }))
    const to = from.map(({ x, y }, i) => ({ x: 3 * x + 100 + (i === 5 ? 200 : 0), y: 3 * y + 50 }))
    const h = opencv.homography(from, to, 5)!
    const p = applyHomography(h, 75, 105)
    expect(p.x).toBeCloseTo(325, 1)
    expect(p.y).toBeCloseTo(365, 1)
    expect(opencv.homography(from.slice(0, 3), to.slice(0, 3), 5)).toBeUndefined()
  })

  test('frees what it allocates: many 1080p planes pass through', () => {
    const gray = { width: 1920, height: 1080, data: new Uint8Array(1920 * 1080) }
    for (let i = 0; i < 3; i++) expect(opencv.find(gray)).toEqual([])
  })
})
