import { arucoModules } from '#core/sheet/aruco'
import type { PointMm, RectMm, SheetGeometry } from '#core/sheet/SheetGeometry'
import { Random } from '#core/tensor/Random'
import { raster, type Raster } from '#core/tensor/Raster'

/** An ideal print in linear light, RGB, `pxPerMm` pixels a millimetre. */
export interface Page {
  readonly geometry: SheetGeometry
  readonly pxPerMm: number
  readonly width: number
  readonly height: number
  readonly data: Float32Array
}

const decode = (level: number): number => {
  const v = level / 255
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
}
const encode = (v: number): number =>
  255 * (v <= 0.0031308 ? 12.92 * Math.max(0, v) : 1.055 * v ** (1 / 2.4) - 0.055)

/** A picture with structure at several scales, so that a shift or a turn shows. */
export function testImage(width: number, height: number, seed: number | string): Raster {
  const random = new Random(seed)
  const waves = Array.from({ length: 5 }, () => ({
    x: random.uniform(-0.25, 0.25),
    y: random.uniform(-0.25, 0.25),
    phase: random.uniform(0, 6),
    rgb: [random.uniform(-30, 30), random.uniform(-30, 30), random.uniform(-30, 30)] as const,
  }))
  const out = raster(width, height, 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        let v = 128
        for (const wave of waves) v += wave.rgb[c]! * Math.sin(wave.x * x + wave.y * y + wave.phase)
        out.data[(y * width + x) * 3 + c] = Math.max(0, Math.min(255, Math.round(v)))
      }
    }
  }
  return out
}

/** Rasterises a sheet's geometry with box anti-aliasing of upright rectangles. */
export function renderPage(
  geometry: SheetGeometry,
  pxPerMm = 8,
  imageOf: (slot: number) => Raster = (slot) => testImage(geometry.image.width, geometry.image.height, slot),
): Page {
  const width = Math.ceil(geometry.paper.width * pxPerMm)
  const height = Math.ceil(geometry.paper.height * pxPerMm)
  const data = new Float32Array(width * height * 3).fill(1)
  const fill = (box: RectMm, rgb: readonly number[]): void => {
    const x0 = box.x * pxPerMm
    const x1 = (box.x + box.width) * pxPerMm
    const y0 = box.y * pxPerMm
    const y1 = (box.y + box.height) * pxPerMm
    for (let y = Math.max(0, Math.floor(y0)); y < Math.min(height, y1); y++) {
      const cy = Math.min(y + 1, y1) - Math.max(y, y0)
      for (let x = Math.max(0, Math.floor(x0)); x < Math.min(width, x1); x++) {
        const cover = cy * (Math.min(x + 1, x1) - Math.max(x, x0))
        const p = (y * width + x) * 3
        for (let c = 0; c < 3; c++) data[p + c] = data[p + c]! + cover * (rgb[c]! - 1)
      }
    }
  }
  const black = [0, 0, 0]
  const modules = (box: RectMm, size: number, dark: readonly boolean[]): void => {
    const side = box.width / size
    dark.forEach((on, i) => {
      if (!on) return
      fill(
        { x: box.x + (i % size) * side, y: box.y + Math.floor(i / size) * side, width: side, height: side },
        black,
      )
    })
  }
  for (const code of geometry.codes) modules(code.box, code.modules.size, code.modules.dark)
  for (const mark of geometry.aruco) modules(mark.box, 6, arucoModules(mark.id).dark)
  for (const { center, size } of geometry.marks) {
    const box = { x: center.x - size / 2, y: center.y - size / 2, width: size, height: size }
    modules(box, 2, [true, false, false, true])
  }
  for (const patch of geometry.patches) fill(patch.box, patch.rgb.map(decode))
  geometry.slots.forEach(({ box }, slot) => {
    const image = imageOf(slot)
    const sx = box.width / image.width
    const sy = box.height / image.height
    for (let y = 0; y < image.height; y++) {
      for (let x = 0; x < image.width; x++) {
        const p = (y * image.width + x) * 3
        fill({ x: box.x + x * sx, y: box.y + y * sy, width: sx, height: sy }, [
          decode(image.data[p]!),
          decode(image.data[p + 1]!),
          decode(image.data[p + 2]!),
        ])
      }
    }
  })
  return { geometry, pxPerMm, width, height, data }
}

/** How a test photo is taken. Angles in degrees. */
export interface Shot {
  readonly width: number
  readonly height: number
  readonly yaw?: number
  readonly pitch?: number
  readonly roll?: number
  /** Share of the picture's tighter side that the page fills when seen straight on. */
  readonly fill?: number
  /** Shift of the page's centre in pixels. */
  readonly shift?: PointMm
  /** Radial distortion at the picture's corner. */
  readonly k1?: number
  /** Height of a cylindrical curl in millimetres. */
  readonly curl?: number
  /** Deviation of the blur in pixels. */
  readonly blur?: number
  /** Deviation of the noise in linear light. */
  readonly noise?: number
  /** Light at the right edge over light at the left edge. */
  readonly falloff?: number
  readonly mirrored?: boolean
  readonly seed?: number
}

export interface Photo {
  readonly picture: Raster
  /** Truth: page millimetres to picture pixels (before mirroring). */
  project(mm: PointMm): PointMm
}

/** Photographs one or more pages lying on a grey table, each with its own pose, into one picture. */
export function photograph(pages: readonly { page: Page; shot: Shot }[]): Photo {
  const { width, height, blur = 0.7, noise = 0.004, mirrored = false, seed = 1, falloff = 1 } = pages[0]!.shot
  const linear = new Float32Array(width * height * 3).fill(0.18)
  for (const { page, shot } of pages) drawPage(linear, page, shot)
  if (falloff !== 1) {
    for (let i = 0; i < linear.length; i++) {
      const x = Math.floor(i / 3) % width
      linear[i] = linear[i]! * falloff ** (x / width)
    }
  }
  const soft = blur > 0 ? gaussian(linear, width, height, blur) : linear
  const random = new Random(seed)
  const picture = raster(width, height, 3)
  for (let i = 0; i < soft.length; i++) {
    const v = 0.8 * soft[i]! + random.normal(0, noise)
    const x = Math.floor(i / 3) % width
    const at = mirrored ? i + 3 * (width - 1 - 2 * x) : i
    picture.data[at] = Math.max(0, Math.min(255, Math.round(encode(v))))
  }
  const project = projection(pages[0]!.page.geometry, pages[0]!.shot)
  return { picture, project: ({ x, y }) => project(x, y) }
}

function projection(geometry: SheetGeometry, shot: Shot): (x: number, y: number) => PointMm {
  const { yaw = 0, pitch = 0, roll = 0, fill = 0.92, k1 = 0, curl = 0, shift = { x: 0, y: 0 } } = shot
  const { width: pw, height: ph } = geometry.paper
  const turn = (angle: number): [number, number] => [
    Math.cos((angle * Math.PI) / 180),
    Math.sin((angle * Math.PI) / 180),
  ]
  const [cy, sy] = turn(yaw)
  const [cp, sp] = turn(pitch)
  const [cr, sr] = turn(roll)
  const upright = Math.abs(cr) > Math.abs(sr)
  const focal = 0.95 * Math.max(shot.width, shot.height)
  const scale = fill * Math.min(shot.width / (upright ? pw : ph), shot.height / (upright ? ph : pw))
  const distance = focal / scale
  const radius = Math.hypot(shot.width, shot.height) / 2
  return (x, y) => {
    const u = x - pw / 2
    const v = y - ph / 2
    const z = curl * Math.cos((Math.PI * u) / pw)
    const x1 = cr * u - sr * v
    const y1 = sr * u + cr * v
    const x2 = cy * x1 + sy * z
    const z2 = -sy * x1 + cy * z
    const y3 = cp * y1 - sp * z2
    const z3 = sp * y1 + cp * z2
    const a = (focal * x2) / (distance + z3) / radius
    const b = (focal * y3) / (distance + z3) / radius
    const f = 1 + k1 * (a * a + b * b)
    return { x: shot.width / 2 + shift.x + radius * a * f, y: shot.height / 2 + shift.y + radius * b * f }
  }
}

/** Fills small cells of the page by affine pieces; two by two samples a pixel. */
function drawPage(linear: Float32Array, page: Page, shot: Shot): void {
  const { width, height } = shot
  const project = projection(page.geometry, shot)
  const samples = 2
  const cells = 48
  const hits = new Uint8Array(width * height)
  const sums = new Float32Array(width * height * 3)
  const at = (i: number, j: number): [number, number, PointMm] => {
    const x = (i / cells) * page.geometry.paper.width
    const y = (j / cells) * page.geometry.paper.height
    return [x, y, project(x, y)]
  }
  const triangle = (corners: [number, number, PointMm][]): void => {
    const [[x0, y0, a], [x1, y1, b], [x2, y2, c]] = corners as [
      [number, number, PointMm],
      [number, number, PointMm],
      [number, number, PointMm],
    ]
    const area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)
    const top = Math.floor(Math.min(a.y, b.y, c.y) * samples)
    const bottom = Math.ceil(Math.max(a.y, b.y, c.y) * samples)
    const left = Math.floor(Math.min(a.x, b.x, c.x) * samples)
    const right = Math.ceil(Math.max(a.x, b.x, c.x) * samples)
    for (let sy = Math.max(0, top); sy < Math.min(height * samples, bottom); sy++) {
      for (let sx = Math.max(0, left); sx < Math.min(width * samples, right); sx++) {
        const px = (sx + 0.5) / samples
        const py = (sy + 0.5) / samples
        const s = ((px - a.x) * (c.y - a.y) - (c.x - a.x) * (py - a.y)) / area
        const t = ((b.x - a.x) * (py - a.y) - (px - a.x) * (b.y - a.y)) / area
        if (s < 0 || t < 0 || s + t >= 1) continue
        const mmX = x0 + s * (x1 - x0) + t * (x2 - x0)
        const mmY = y0 + s * (y1 - y0) + t * (y2 - y0)
        const pixel = Math.floor(sy / samples) * width + Math.floor(sx / samples)
        hits[pixel] = hits[pixel]! + 1
        addSample(page, mmX * page.pxPerMm, mmY * page.pxPerMm, sums, pixel * 3)
      }
    }
  }
  for (let j = 0; j < cells; j++) {
    for (let i = 0; i < cells; i++) {
      triangle([at(i, j), at(i + 1, j), at(i, j + 1)])
      triangle([at(i + 1, j + 1), at(i, j + 1), at(i + 1, j)])
    }
  }
  const full = samples * samples
  for (let i = 0; i < hits.length; i++) {
    if (hits[i] === 0) continue
    const cover = Math.min(1, hits[i]! / full)
    for (let c = 0; c < 3; c++) {
      linear[3 * i + c] = linear[3 * i + c]! * (1 - cover) + (sums[3 * i + c]! / hits[i]!) * cover
    }
  }
}

function addSample(page: Page, x: number, y: number, sums: Float32Array, at: number): void {
  const fx = Math.max(0, Math.min(page.width - 1.001, x - 0.5))
  const fy = Math.max(0, Math.min(page.height - 1.001, y - 0.5))
  const ix = Math.floor(fx)
  const iy = Math.floor(fy)
  const a = fx - ix
  const b = fy - iy
  const p = (iy * page.width + ix) * 3
  const q = p + page.width * 3
  for (let c = 0; c < 3; c++) {
    const top = page.data[p + c]! * (1 - a) + page.data[p + 3 + c]! * a
    const bottom = page.data[q + c]! * (1 - a) + page.data[q + 3 + c]! * a
    sums[at + c] = sums[at + c]! + top * (1 - b) + bottom * b
  }
}

function gaussian(data: Float32Array, width: number, height: number, deviation: number): Float32Array {
  const radius = Math.ceil(3 * deviation)
  const kernel = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-0.5 * ((i - radius) / deviation) ** 2),
  )
  const total = kernel.reduce((sum, v) => sum + v, 0)
  const pass = (from: Float32Array, across: boolean): Float32Array => {
    const out = new Float32Array(from.length)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let k = -radius; k <= radius; k++) {
          const sx = across ? Math.max(0, Math.min(width - 1, x + k)) : x
          const sy = across ? y : Math.max(0, Math.min(height - 1, y + k))
          const w = kernel[k + radius]! / total
          const p = (sy * width + sx) * 3
          const q = (y * width + x) * 3
          out[q] = out[q]! + w * from[p]!
          out[q + 1] = out[q + 1]! + w * from[p + 1]!
          out[q + 2] = out[q + 2]! + w * from[p + 2]!
        }
      }
    }
    return out
  }
  return pass(pass(data, true), false)
}
