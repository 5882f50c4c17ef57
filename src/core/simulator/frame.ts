import type { Random } from '../tensor/Random'
import { projectPoint, type PhotoGeometry } from './geometry'
import type { SimulatorParams } from './params'

interface Size {
  readonly width: number
  readonly height: number
}

const degrees = Math.PI / 180

/** Rz(roll) Rx(pitch) Ry(yaw), row-major: the sheet is tilted first, then turned in the picture. */
function rotationOf(params: SimulatorParams): number[] {
  const [cy, sy] = [Math.cos(params.yaw * degrees), Math.sin(params.yaw * degrees)]
  const [cp, sp] = [Math.cos(params.pitch * degrees), Math.sin(params.pitch * degrees)]
  const [cr, sr] = [Math.cos(params.roll * degrees), Math.sin(params.roll * degrees)]
  // Rx * Ry
  const m = [cy, 0, sy, sp * sy, cp, -sp * cy, -cp * sy, sp, cp * cy]
  const row = (i: number, j: number): number => m[i * 3 + j]!
  return [0, 1, 2].flatMap((i) =>
    [0, 1, 2].map((j) => {
      if (i === 0) return cr * row(0, j) - sr * row(1, j)
      if (i === 1) return sr * row(0, j) + cr * row(1, j)
      return row(2, j)
    }),
  )
}

/**
 * Stands the camera so that the whole sheet spans `params.fill` of the picture in the tighter direction, its outline
 * centred up to `shiftX`, `shiftY`. The random numbers give only the phases of the feed.
 * @param paperMm size of the page in mm. @param photo size of the picture in px.
 */
export function frameSheet(
  paperMm: Size,
  photo: Size,
  params: SimulatorParams,
  random: Random,
): PhotoGeometry {
  const angle = params.curlAngle * degrees
  const extent = Math.abs(paperMm.width * Math.cos(angle)) + Math.abs(paperMm.height * Math.sin(angle))
  const focal = params.focal * photo.width
  const waves = [1, 0.55, 0.4]
  const geometry = {
    paper: { width: paperMm.width, height: paperMm.height },
    photo: { width: photo.width, height: photo.height },
    printScale: [params.printScaleX, params.printScaleY] as const,
    feed:
      params.feedWobble === 0
        ? []
        : waves.map((part) => ({
            across: 0.4 * params.feedWobble * part * random.uniform(-1, 1),
            along: params.feedWobble * part * random.uniform(0.5, 1),
            period: Math.max(25, params.feedPeriod * part),
            phase: random.uniform(0, 2 * Math.PI),
          })),
    // A bow of height h over a chord L has curvature 8 h / L^2.
    curl: { angle, curvature: (8 * params.curl) / extent ** 2, skew: params.curlSkew, extent },
    rotation: rotationOf(params),
    focal,
    lens: { k1: params.k1, k2: params.k2, p1: params.p1, p2: params.p2 },
  }
  let [tx, ty] = [0, 0]
  let distance = (focal * Math.max(paperMm.width, paperMm.height)) / Math.min(photo.width, photo.height)
  for (let i = 0; i < 40; i++) {
    const box = outlineBox({ ...geometry, translation: [tx, ty, distance] })
    const ratio = Math.max(
      (box.right - box.left) / (params.fill * photo.width),
      (box.bottom - box.top) / (params.fill * photo.height),
    )
    const ex = (0.5 + params.shiftX) * photo.width - (box.left + box.right) / 2
    const ey = (0.5 + params.shiftY) * photo.height - (box.top + box.bottom) / 2
    tx += (ex * distance) / focal
    ty += (ey * distance) / focal
    distance *= ratio
    if (Math.abs(ratio - 1) < 1e-7 && Math.abs(ex) + Math.abs(ey) < 1e-4) break
  }
  return { ...geometry, translation: [tx, ty, distance] }
}

function outlineBox(geometry: PhotoGeometry): { left: number; right: number; top: number; bottom: number } {
  const { width, height } = geometry.paper
  const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity }
  for (let i = 0; i <= 16; i++) {
    const t = i / 16
    for (const [x, y] of [
      [t * width, 0],
      [t * width, height],
      [0, t * height],
      [width, t * height],
    ] as const) {
      const p = projectPoint(geometry, x, y)
      box.left = Math.min(box.left, p.x)
      box.right = Math.max(box.right, p.x)
      box.top = Math.min(box.top, p.y)
      box.bottom = Math.max(box.bottom, p.y)
    }
  }
  return box
}
