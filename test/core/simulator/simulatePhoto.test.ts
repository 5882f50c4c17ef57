import { describe, expect, it } from 'vitest'
import { drawParams, levels, type StrengthLevel } from '#core/simulator/levels'
import type { SimulatorParams } from '#core/simulator/params'
import { simulatePhoto } from '#core/simulator/simulatePhoto'
import { Random } from '#core/tensor/Random'
import { raster, type Raster } from '#core/tensor/Raster'

const paperMm = { width: 84.6, height: 59.2 }
const dpi = 300
const dotsPerMm = dpi / 25.4
/** 72 dots, so that crossings stand between dots. */
const square = 72 / dotsPerMm

/** Checkers with crossings at multiples of `square` mm, and a white margin of one square. */
function checkers(): Raster {
  const width = Math.ceil(paperMm.width * dotsPerMm)
  const height = Math.ceil(paperMm.height * dotsPerMm)
  const page = raster(width, height, 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      page.data.fill(
        shade((x + 0.5) / dotsPerMm, (y + 0.5) / dotsPerMm),
        (y * width + x) * 3,
        (y * width + x) * 3 + 3,
      )
    }
  }
  return page
}

function shade(x: number, y: number): number {
  const [i, j] = [Math.floor(x / square), Math.floor(y / square)]
  if (i < 1 || j < 1 || x > paperMm.width - square || y > paperMm.height - square) return 255
  return (i + j) % 2 === 0 ? 30 : 225
}

function take(
  level: StrengthLevel,
  size: { width: number; height: number },
  overrides: Partial<SimulatorParams> = {},
  seed = 's',
) {
  const random = new Random(seed)
  const params = { ...drawParams(level, '1080p', random.fork('params')), roll: 2, ...overrides }
  return { params, ...simulatePhoto({ page: checkers(), dpi, paperMm, size, params, random }) }
}

/** The saddle point of the brightness around a place, by a least-squares quadric over a disc, repeated (Lucchese 2002). */
function saddle(photo: Raster, x: number, y: number, radius: number): { x: number; y: number } {
  let [cx, cy] = [x, y]
  for (let round = 0; round < 6; round++) {
    const normal = Array.from({ length: 6 }, () => new Array<number>(7).fill(0))
    const r = Math.ceil(radius)
    for (let j = Math.floor(cy) - r; j <= Math.floor(cy) + r; j++) {
      for (let i = Math.floor(cx) - r; i <= Math.floor(cx) + r; i++) {
        const u = i + 0.5 - cx
        const v = j + 0.5 - cy
        const weight = Math.max(0, 1 - (u * u + v * v) / (radius * radius)) ** 2
        if (weight === 0) continue
        const value = photo.data[(j * photo.width + i) * 3 + 1]!
        const terms = [1, u, v, u * u, u * v, v * v]
        terms.forEach((a, m) => {
          terms.forEach((b, n) => (normal[m]![n]! += weight * a * b))
          normal[m]![6]! += weight * a * value
        })
      }
    }
    const [, b, c, d, e, f] = solve(normal) as [number, number, number, number, number, number]
    const det = 4 * d * f - e * e
    const [mx, my] = [(e * c - 2 * f * b) / det, (e * b - 2 * d * c) / det]
    cx += mx
    cy += my
    if (Math.hypot(mx, my) < 1e-4) break
  }
  return { x: cx, y: cy }
}

function solve(rows: number[][]): number[] {
  const n = rows.length
  for (let i = 0; i < n; i++) {
    const pivot = rows[i]![i]!
    for (let k = i + 1; k < n; k++) {
      const factor = rows[k]![i]! / pivot
      for (let j = i; j <= n; j++) rows[k]![j]! -= factor * rows[i]![j]!
    }
  }
  const out = new Array<number>(n).fill(0)
  for (let i = n - 1; i >= 0; i--) {
    let sum = rows[i]![n]!
    for (let j = i + 1; j < n; j++) sum -= rows[i]![j]! * out[j]!
    out[i] = sum / rows[i]![i]!
  }
  return out
}

describe('a simulated photo', () => {
  const size = { width: 1000, height: 700 }

  it.each([
    ['scanner', 0.05, { defocus: 0.8 }],
    ['careful hand', 0.08, { motion: 0 }],
    ['scanner', 0.05, { focal: 0.8, yaw: 30, pitch: -15, roll: 20, k1: -0.1, curl: 1.5 }],
  ] as const)('shows crossings where the truth says, %s within %f px', (level, bound, overrides) => {
    const { photo, truth } = take(level, size, overrides)
    const errors: number[] = []
    for (let j = 2; j < 8; j++) {
      for (let i = 2; i < 12; i++) {
        const expected = truth.project({ x: i * square, y: j * square })
        const found = saddle(photo, expected.x + 0.4, expected.y - 0.3, 9)
        errors.push(Math.hypot(found.x - expected.x, found.y - expected.y))
      }
    }
    errors.sort((a, b) => a - b)
    expect(errors[Math.floor(errors.length * 0.95)]!).toBeLessThan(bound)
  })

  it('is the same for the same seed and another for another', () => {
    const small = { width: 320, height: 240 }
    const a = take('hurried hand', small)
    const b = take('hurried hand', small)
    const c = take('hurried hand', small, {}, 'other')
    expect(Buffer.from(a.photo.data).equals(Buffer.from(b.photo.data))).toBe(true)
    expect(a.truth.geometry).toEqual(b.truth.geometry)
    expect(Buffer.from(a.photo.data).equals(Buffer.from(c.photo.data))).toBe(false)
  })

  it('has paper, ink and table at sane levels', () => {
    const { photo, truth } = take('scanner', size)
    const at = (x: number, y: number): number[] => {
      const p = truth.project({ x, y })
      const o = (Math.floor(p.y) * photo.width + Math.floor(p.x)) * 3
      return [...photo.data.subarray(o, o + 3)]
    }
    for (const level of at(3, 3)) expect(level).toBeGreaterThan(215)
    for (const level of at(9, 9)) expect(level).toBeLessThan(90)
    for (const level of at(-3, 20)) expect(level).toBeLessThan(200)
  })

  it('gets worse from level to level', () => {
    // Against a noiseless, sharp photo from the same place: light, blur and noise are all that differ.
    const small = { width: 640, height: 440 }
    const pose = {
      yaw: 5,
      pitch: 5,
      roll: 3,
      fill: 0.9,
      shiftX: 0,
      shiftY: 0,
      focal: 0.8,
      k1: 0,
      k2: 0,
      p1: 0,
      p2: 0,
      curl: 0,
    }
    const print = {
      feedWobble: 0,
      printScaleX: 0,
      printScaleY: 0,
      exposure: 0.9,
      redGain: 1,
      blueGain: 1,
      toneCurve: 0,
      sharpening: 0,
      glare: 0,
    }
    const light = {
      gradient: 0,
      vignetting: 0,
      dotGain: 0.18,
      inkPurity: 0.3,
      blackLevel: 0.03,
      paperRed: 0.86,
      paperGreen: 0.86,
      paperBlue: 0.86,
    }
    const same = { ...pose, ...print, ...light }
    const ideal = take(
      'scanner',
      small,
      { ...same, fullWell: 200000, readNoise: 0, defocus: 0.3 },
      'snr',
    ).photo
    const errors = (Object.keys(levels) as StrengthLevel[]).map((level) => {
      const { photo } = take(level, small, same, 'snr')
      let sum = 0
      for (let i = 0; i < photo.data.length; i++) sum += (photo.data[i]! - ideal.data[i]!) ** 2
      return sum / photo.data.length
    })
    for (let i = 1; i < errors.length; i++) expect(errors[i]!).toBeGreaterThan(errors[i - 1]! * 1.1)
  })
})
