import { describe, expect, it } from 'vitest'
import { grownDot, inkCurves, inkTransmittance, shrunkDot } from '#core/simulator/inks'
import { drawParams } from '#core/simulator/levels'
import { srgbToLinear } from '#core/simulator/light'
import { printPage } from '#core/simulator/printPage'
import { clusteredScreen, dotLevel, dotLevels } from '#core/simulator/screen'
import { Random } from '#core/tensor/Random'
import { raster } from '#core/tensor/Raster'

const params = {
  ...drawParams('careful hand', '12MP', new Random('print')),
  dotGain: 0.16,
  dotGainCompensated: 0.16,
  paperTexture: 0,
}

/** A flat page of one colour, printed: mean light per colour relative to the paper. */
function printed(
  rgb: readonly [number, number, number],
  halftone: 'screen' | 'none',
  overrides = {},
): number[] {
  const page = raster(170, 170, 3)
  page.data.forEach((_, i) => (page.data[i] = rgb[i % 3]!))
  const set = { ...params, halftone, paperRed: 1, paperGreen: 1, paperBlue: 1, ...overrides }
  const { data } = printPage(page, 600, 2, set, new Random('paper'))
  return [0, 1, 2].map((c) => {
    let sum = 0
    for (let i = c; i < data.length; i += 3) sum += data[i]!
    return sum / (data.length / 3) / 65535
  })
}

it('takes off the dot gain that it puts on', () => {
  for (const area of [0, 0.1, 0.5, 0.9, 1]) expect(grownDot(shrunkDot(area, 0.2), 0.2)).toBeCloseTo(area, 9)
  expect(grownDot(0.5, 0.18)).toBeCloseTo(0.68)
})

describe.each([0, 1, 2] as const)('the screen of ink %i', (ink) => {
  it('covers what it is asked to', () => {
    const screen = clusteredScreen(600, 150, ink)!
    for (const coverage of [0, 0.03, 0.3, 0.5, 0.77, 1]) {
      const levels = screen.thresholds.map((threshold) => dotLevel(coverage, threshold, screen.cellDots))
      const mean = levels.reduce((a, b) => a + b, 0) / levels.length / (dotLevels - 1)
      expect(Math.abs(mean - coverage)).toBeLessThan(0.5 / (dotLevels - 1) / screen.cellDots + 1e-9)
    }
  })
})

it('prints grey as grey, between paper and its black', () => {
  const through = inkTransmittance(params)
  const darkest = Math.max(...[0, 1, 2].map((c) => through[0]![c]! * through[1]![c]! * through[2]![c]!))
  for (const level of [0, 60, 128, 200, 255]) {
    const wanted = darkest + (1 - darkest) * srgbToLinear(level / 255)
    for (const light of printed([level, level, level], 'none')) {
      // Deep greys need more of one ink than there is.
      expect(Math.abs(light - wanted)).toBeLessThan(level < 30 ? 0.02 : 0.004)
    }
  }
})

it('has the same colours with a screen and without, up to how screens overlap', () => {
  for (const rgb of [
    [255, 255, 255],
    [128, 128, 128],
    [220, 40, 30],
    [30, 60, 200],
    [0, 0, 0],
  ] as const) {
    const tone = printed(rgb, 'none')
    printed(rgb, 'screen').forEach((light, c) => expect(Math.abs(light - tone[c]!)).toBeLessThan(0.02))
  }
})

it('darkens with dot gain that the driver does not expect, and never leaves the coverage range', () => {
  const normal = printed([128, 128, 128], 'none')
  printed([128, 128, 128], 'none', { dotGain: 0.26 }).forEach((light, c) =>
    expect(light).toBeLessThan(normal[c]! - 0.03),
  )
  for (const curve of inkCurves({ ...params, dotGain: 0.35, dotGainCompensated: 0 })) {
    for (const area of curve) {
      expect(area).toBeGreaterThanOrEqual(0)
      expect(area).toBeLessThanOrEqual(1)
    }
  }
})
