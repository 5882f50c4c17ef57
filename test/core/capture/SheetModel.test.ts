import { describe, expect, test } from 'vitest'
import { fitModel, predictedDeviation, type Observation } from '#core/capture/fit'
import { applyHomography, homographyOf } from '#core/capture/homography'
import { homographyPart, modelSize, SheetModel, SparseJacobian } from '#core/capture/SheetModel'
import { Random } from '#core/tensor/Random'

const page = { width: 210, height: 297 }
const picture = { width: 1920, height: 1080 }
const corners = [
  { x: 0, y: 0 },
  { x: 210, y: 0 },
  { x: 210, y: 297 },
  { x: 0, y: 297 },
]
const seen = [
  { x: 1700, y: 90 },
  { x: 1720, y: 960 },
  { x: 260, y: 1010 },
  { x: 300, y: 60 },
]
const plain = SheetModel.fromPoints(page, picture, corners, seen)!

/** With every kind of bending and distortion switched on. */
function bent(seed: string, strength = 1): SheetModel {
  const random = new Random(seed)
  const parameters = Float64Array.from(plain.parameters)
  parameters[8] = -0.05 * strength
  parameters[9] = 0.01 * strength
  for (let i = 10; i < modelSize; i++) parameters[i] = random.normal(0, (i < 34 ? 0.002 : 0.0002) * strength)
  return plain.with(parameters)
}

function observe(model: SheetModel, noise: number, seed: string): Observation[] {
  const random = new Random(seed)
  return Array.from({ length: 108 }, (_, i) => {
    const mmX = 10 + (i % 9) * 24
    const mmY = 10 + Math.floor(i / 9) * 25
    const p = model.project(mmX, mmY)
    return {
      mmX,
      mmY,
      pxX: p.x + random.normal(0, noise),
      pxY: p.y + random.normal(0, noise),
      deviation: Math.max(noise, 0.02),
    }
  })
}

describe('SheetModel', () => {
  test('without bending it is the homography through its points', () => {
    const h = homographyOf(corners, seen)!
    for (const [x, y] of [
      [10, 20],
      [105, 148],
      [200, 280],
    ] as const) {
      const a = plain.project(x, y)
      const b = applyHomography(h, x, y)
      expect(a.x).toBeCloseTo(b.x, 6)
      expect(a.y).toBeCloseTo(b.y, 6)
      const c = applyHomography(homographyPart(plain), x, y)
      expect(c.x).toBeCloseTo(b.x, 6)
    }
  })

  test('its derivatives are those of finite differences, for every parameter', () => {
    const model = bent('jacobian')
    const jacobian = new SparseJacobian()
    for (const [x, y] of [
      [33, 41],
      [180, 250],
      [0, 297],
    ] as const) {
      model.projectWithJacobian(x, y, jacobian)
      const dx = new Float64Array(modelSize)
      const dy = new Float64Array(modelSize)
      for (let a = 0; a < jacobian.count; a++) {
        dx[jacobian.index[a]!] = jacobian.x[a]!
        dy[jacobian.index[a]!] = jacobian.y[a]!
      }
      for (let i = 0; i < modelSize; i++) {
        const step = 1e-6
        const up = model.with(model.parameters.map((v, k) => (k === i ? v + step : v))).project(x, y)
        const down = model.with(model.parameters.map((v, k) => (k === i ? v - step : v))).project(x, y)
        expect(dx[i]!).toBeCloseTo((up.x - down.x) / (2 * step), 2)
        expect(dy[i]!).toBeCloseTo((up.y - down.y) / (2 * step), 2)
      }
    }
  })

  test('a point behind the camera has no place', () => {
    const steep = plain.parameters.map((v, i) => (i === 7 ? 3 : v))
    expect(plain.with(steep).project(105, 0).x).toBeNaN()
  })
})

describe('fitModel', () => {
  test('finds a bent and distorted sheet from noisy points, between the points too', () => {
    const truth = bent('fit')
    const fit = fitModel(plain, observe(truth, 0.05, 'noise'))!
    const errors: number[] = []
    for (let y = 20; y < 280; y += 9) {
      for (let x = 20; x < 195; x += 9) {
        const a = fit.model.project(x, y)
        const b = truth.project(x, y)
        errors.push(Math.hypot(a.x - b.x, a.y - b.y))
      }
    }
    errors.sort((a, b) => a - b)
    expect(errors[errors.length >> 1]!).toBeLessThan(0.1)
    expect(errors.at(-1)!).toBeLessThan(0.5)
  })

  test('three wrong points in a hundred hardly move it', () => {
    const truth = bent('outliers', 0.5)
    const points = observe(truth, 0.05, 'noise')
    for (const i of [11, 50, 77]) points[i] = { ...points[i]!, pxX: points[i]!.pxX + 15 }
    const fit = fitModel(plain, points)!
    const a = fit.model.project(100, 140)
    const b = truth.project(100, 140)
    expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeLessThan(0.2)
    expect(fit.residuals[50]!).toBeGreaterThan(10)
  })

  test('knows that it knows little far from its points', () => {
    const near = observe(plain, 0.05, 'noise').filter((o) => o.mmX < 60 && o.mmY < 70)
    const fit = fitModel(plain, near)!
    expect(predictedDeviation(fit, 30, 30)).toBeLessThan(0.3)
    expect(predictedDeviation(fit, 190, 280)).toBeGreaterThan(3)
  })

  test('does not invent bending where there is none', () => {
    const fit = fitModel(plain, observe(plain, 0, 'none'))!
    const a = fit.model.project(60, 100)
    const b = plain.project(60, 100)
    expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeLessThan(1e-3)
  })
})
