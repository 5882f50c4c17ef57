import { describe, expect, it } from 'vitest'
import { cornersOf } from '#core/capture/boxCorners'
import { applyHomography, homographyOf } from '#core/capture/homography'
import type { SeenSheet } from '#core/capture/seenSheets'
import { sheetPose } from '#core/capture/sheetPose'
import type { Corner } from '#core/sheet/SheetGeometry'
import { testSheets } from '../../support/testSheets'

const [geometry] = testSheets(1) as [ReturnType<typeof testSheets>[number]]
const { width, height } = geometry.paper
const paper = cornersOf({ x: 0, y: 0, width, height })
const outline = [
  { x: 310, y: 120 },
  { x: 1500, y: 90 },
  { x: 1620, y: 980 },
  { x: 250, y: 930 },
]
const map = homographyOf(paper, outline)!

function seen(corners: readonly Corner[], shiftBottomRight = 0): SeenSheet {
  return {
    experiment: 'TEST01',
    sheet: 0,
    codes: corners.map((corner) => {
      const { box } = geometry.codes.find((code) => code.corner === corner)!
      const [a, b, c, d] = cornersOf(box).map(({ x, y }) => applyHomography(map, x, y))
      return {
        corner,
        corners: [a!, b!, { x: c!.x + shiftBottomRight, y: c!.y }, d!],
        blurPx: 1,
      }
    }),
  }
}

describe('sheetPose', () => {
  it('finds the paper round its codes', () => {
    const pose = sheetPose(seen(['top-left', 'top-right', 'bottom-right', 'bottom-left']), geometry)!
    pose.outline.forEach((point, i) => {
      expect(point.x).toBeCloseTo(outline[i]!.x, 3)
      expect(point.y).toBeCloseTo(outline[i]!.y, 3)
    })
    // 1,100 to 1,370 pixels over 210 mm, along which a pixel of an image has 0.21 mm.
    expect(pose.cameraPx).toBeGreaterThan(0.55)
    expect(pose.cameraPx).toBeLessThan(0.75)
  })

  it('does not trust the bottom right corner of a code when there are others', () => {
    const two = sheetPose(seen(['top-left', 'bottom-right'], 8), geometry)!
    expect(two.outline[0].x).toBeCloseTo(outline[0]!.x, 3)
    expect(sheetPose(seen(['top-left'], 8), geometry)!.outline[2].x).not.toBeCloseTo(outline[2]!.x, 0)
  })

  it('says nothing of no codes', () => {
    expect(sheetPose(seen([]), geometry)).toBe(undefined)
  })
})
