import type { PointMm } from '../sheet/SheetGeometry'

export interface PointPx {
  readonly x: number
  readonly y: number
}

/**
 * Where the ink of a sheet lands in a photo, as plain numbers (so that it travels between processes).
 * Lengths on the page in mm, in the photo in px; angles in radians.
 */
export interface PhotoGeometry {
  readonly paper: { readonly width: number; readonly height: number }
  readonly photo: { readonly width: number; readonly height: number }
  /** Printed size over nominal size, less 1, about the middle of the page. */
  readonly printScale: readonly [number, number]
  /** Displacement of a printed line by the feed: a sum of sines of the place along the feed. */
  readonly feed: readonly {
    readonly across: number
    readonly along: number
    readonly period: number
    readonly phase: number
  }[]
  /** The sheet bends along `angle` with curvature `curvature * (1 + 2 * skew * s / extent)` (1/mm), s from the middle. */
  readonly curl: {
    readonly angle: number
    readonly curvature: number
    readonly skew: number
    readonly extent: number
  }
  /** Rotation from sheet to camera, row-major 3x3, and the middle of the sheet in camera coordinates (mm). */
  readonly rotation: readonly number[]
  readonly translation: readonly [number, number, number]
  /** Focal length in px; the optical axis meets the photo in its middle. */
  readonly focal: number
  /** Radial and tangential coefficients for radii in half diagonals of the photo (Brown 1966). */
  readonly lens: { readonly k1: number; readonly k2: number; readonly p1: number; readonly p2: number }
}

const gaussNodes = [-0.8611363115940526, -0.3399810435848563, 0.3399810435848563, 0.8611363115940526] as const
const gaussWeights = [0.3478548451374538, 0.6521451548625461, 0.6521451548625461, 0.3478548451374538] as const

/**
 * The bent sheet's profile: arc length s to (run, rise), an exact isometry. The angle of the tangent is
 * curvature * (s + skew * s^2 / extent); its cosine and sine are integrated by Gauss-Legendre with four points, which is
 * exact to 1e-9 mm for sheets that bend by less than half a radian. Beyond the sheet's ends it goes on straight.
 */
function bend(curl: PhotoGeometry['curl'], s: number): [number, number] {
  const { curvature, skew, extent } = curl
  if (curvature === 0) return [s, 0]
  const end = Math.max(-extent / 2, Math.min(extent / 2, s))
  const half = end / 2
  let run = 0
  let rise = 0
  for (let i = 0; i < 4; i++) {
    const t = half * (1 + gaussNodes[i]!)
    const angle = curvature * (t + (skew * t * t) / extent)
    run += gaussWeights[i]! * Math.cos(angle)
    rise += gaussWeights[i]! * Math.sin(angle)
  }
  run *= half
  rise *= half
  if (end !== s) {
    const angle = curvature * (end + (skew * end * end) / extent)
    run += (s - end) * Math.cos(angle)
    rise += (s - end) * Math.sin(angle)
  }
  return [run, rise]
}

/**
 * Page to photo, exactly: feed and scale of the printer, bend of the sheet, pose, pinhole, lens.
 * @param x mm from the left of the page. @param y mm from its top.
 * @returns px in the photo, pixel (i, j) having its centre at (i + 0.5, j + 0.5).
 */
export function projectPoint(geometry: PhotoGeometry, x: number, y: number): PointPx {
  const { paper, photo, printScale, curl, rotation: r, translation, focal, lens } = geometry
  let u = (x - paper.width / 2) * (1 + printScale[0])
  let v = (y - paper.height / 2) * (1 + printScale[1])
  for (const wave of geometry.feed) {
    const sine = Math.sin((2 * Math.PI * y) / wave.period + wave.phase)
    u += wave.across * sine
    v += wave.along * sine
  }
  let w = 0
  if (curl.curvature !== 0) {
    const cos = Math.cos(curl.angle)
    const sin = Math.sin(curl.angle)
    const across = v * cos - u * sin
    const [run, rise] = bend(curl, u * cos + v * sin)
    u = run * cos - across * sin
    v = run * sin + across * cos
    w = -rise
  }
  const cx = r[0]! * u + r[1]! * v + r[2]! * w + translation[0]
  const cy = r[3]! * u + r[4]! * v + r[5]! * w + translation[1]
  const cz = r[6]! * u + r[7]! * v + r[8]! * w + translation[2]
  const corner = Math.hypot(photo.width, photo.height) / 2
  const px = (focal * cx) / cz
  const py = (focal * cy) / cz
  const nx = px / corner
  const ny = py / corner
  const rr = nx * nx + ny * ny
  const radial = 1 + rr * (lens.k1 + rr * lens.k2)
  const dx = 2 * lens.p1 * nx * ny + lens.p2 * (rr + 2 * nx * nx)
  const dy = lens.p1 * (rr + 2 * ny * ny) + 2 * lens.p2 * nx * ny
  return {
    x: photo.width / 2 + px * radial + dx * corner,
    y: photo.height / 2 + py * radial + dy * corner,
  }
}

/**
 * The point of the page that is seen at a place of the photo, by Newton's method.
 * @param start a point of the page near the answer; the middle of the page when left out.
 * @returns mm on the page, exact to 1e-6 mm where the page (or its plane beyond the edges) is seen.
 */
export function unprojectPoint(geometry: PhotoGeometry, x: number, y: number, start?: PointMm): PointMm {
  let px = start?.x ?? geometry.paper.width / 2
  let py = start?.y ?? geometry.paper.height / 2
  const step = 1e-3
  for (let i = 0; i < 30; i++) {
    const here = projectPoint(geometry, px, py)
    const right = projectPoint(geometry, px + step, py)
    const below = projectPoint(geometry, px, py + step)
    const a = (right.x - here.x) / step
    const b = (below.x - here.x) / step
    const c = (right.y - here.y) / step
    const d = (below.y - here.y) / step
    const ex = x - here.x
    const ey = y - here.y
    const det = a * d - b * c
    let mx = (d * ex - b * ey) / det
    let my = (a * ey - c * ex) / det
    // Far from the answer a full step can pass the horizon: go at most 80 mm at a time.
    const length = Math.hypot(mx, my)
    if (length > 80) {
      mx *= 80 / length
      my *= 80 / length
    }
    px += mx
    py += my
    if (length < 1e-7) break
  }
  return { x: px, y: py }
}
