import { describe, expect, it } from 'vitest'
import { frameSheet } from '#core/simulator/frame'
import { projectPoint, unprojectPoint } from '#core/simulator/geometry'
import { cellCubic, inverseMap, mapRow } from '#core/simulator/inverseMap'
import { drawParams, levels, resolutions, type Resolution, type StrengthLevel } from '#core/simulator/levels'
import { Random } from '#core/tensor/Random'

const a4 = { width: 210, height: 297 }

function draw(level: StrengthLevel, resolution: Resolution, seed: number) {
  const random = new Random(`geometry/${seed}`)
  const params = drawParams(level, resolution, random)
  return { params, geometry: frameSheet(a4, resolutions[resolution], params, random) }
}

describe.each(Object.keys(levels) as StrengthLevel[])('geometry of a photo, %s', (level) => {
  it('projects back to the page to 1e-6 mm', () => {
    const random = new Random('points')
    for (let seed = 0; seed < 12; seed++) {
      const { geometry } = draw(level, '1080p', seed)
      for (let i = 0; i < 20; i++) {
        const x = random.uniform(0, 210)
        const y = random.uniform(0, 297)
        const px = projectPoint(geometry, x, y)
        const back = unprojectPoint(geometry, px.x, px.y)
        expect(Math.hypot(back.x - x, back.y - y)).toBeLessThan(1e-6)
      }
    }
  })

  it('keeps the sheet in the picture and at the framing asked for', () => {
    for (let seed = 0; seed < 12; seed++) {
      const { params, geometry } = draw(level, '12MP', seed)
      const { width, height } = geometry.photo
      const outline = Array.from({ length: 84 }, (_, i) => {
        const t = (i % 21) / 20
        const [x, y] = (
          [
            [t * 210, 0],
            [t * 210, 297],
            [0, t * 297],
            [210, t * 297],
          ] as const
        )[Math.floor(i / 21)]!
        return projectPoint(geometry, x, y)
      })
      const span = (values: number[]): number => Math.max(...values) - Math.min(...values)
      const fill = Math.max(span(outline.map((p) => p.x)) / width, span(outline.map((p) => p.y)) / height)
      expect(fill).toBeCloseTo(params.fill, 2)
      for (const { x, y } of outline) {
        expect(x).toBeGreaterThan(-0.02 * width)
        expect(x).toBeLessThan(1.02 * width)
        expect(y).toBeGreaterThan(-0.02 * height)
        expect(y).toBeLessThan(1.02 * height)
      }
    }
  })

  it.each(['720p', '12MP'] as const)(
    'is interpolated to a hundredth of a photo pixel at %s',
    (resolution) => {
      const random = new Random('rows')
      for (let seed = 0; seed < 2; seed++) {
        const { geometry } = draw(level, resolution, seed)
        const map = inverseMap(geometry, 8)
        const [nodesX, nodesY] = [new Float64Array(map.columns), new Float64Array(map.columns)]
        const [cx, cy] = [new Float64Array(4), new Float64Array(4)]
        for (let i = 0; i < 200; i++) {
          const x = random.uniform(0, geometry.photo.width)
          const y = random.uniform(0, geometry.photo.height)
          const exact = unprojectPoint(geometry, x, y)
          const onPage = exact.x > 0 && exact.x < 210 && exact.y > 0 && exact.y < 297
          if (!onPage) continue
          mapRow(map, y, nodesX, nodesY)
          const place = (x - map.left) / map.cell
          const cell = Math.floor(place)
          const t = place - cell
          cellCubic(nodesX, cell, cx)
          cellCubic(nodesY, cell, cy)
          const at = (c: Float64Array): number => c[0]! + t * (c[1]! + t * (c[2]! + t * c[3]!))
          const seen = projectPoint(geometry, at(cx), at(cy))
          expect(Math.hypot(seen.x - x, seen.y - y)).toBeLessThan(0.01)
        }
      }
    },
  )
})

it('bends the sheet without stretching it', () => {
  const random = new Random('curl')
  const params = {
    ...drawParams('scanner', '1080p', random),
    curl: 6,
    curlAngle: 90,
    feedWobble: 0,
    printScaleY: 0,
    roll: 0,
  }
  const bent = frameSheet(a4, resolutions['1080p'], params, random)
  // Seen square on from far away, the bent sheet is shorter along the bend: chord = arc (1 - (8/3) (h/arc)^2).
  const top = projectPoint(bent, 105, 0)
  const bottom = projectPoint(bent, 105, 297)
  const left = projectPoint(bent, 0, 148.5)
  const right = projectPoint(bent, 210, 148.5)
  const ratio = ((bottom.y - top.y) / 297 / ((right.x - left.x) / 210)) * (1 + params.printScaleX)
  expect(ratio).toBeLessThan(1)
  expect(ratio).toBeCloseTo(1 - (8 / 3) * (6 / 297) ** 2, 3)
})
