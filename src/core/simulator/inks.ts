import { srgbToLinearTable } from './light'
import type { SimulatorParams } from './params'

/** Cyan, magenta and yellow: each absorbs mostly red, green and blue. */
export const inkCount = 3

/**
 * Share of light that one solid layer of toner lets through, per ink and colour, for toner as it is (after SWOP's
 * primaries as sRGB: cyan 0 174 239, magenta 236 0 140, yellow 255 242 0, softened by what a driver's colour
 * management takes back).
 */
const realToner = [
  [0, 0.66, 0.86],
  [0.82, 0, 0.5],
  [0.97, 0.88, 0],
] as const

/** transmittance[ink][colour] for the given purity and black level. */
export function inkTransmittance(params: Pick<SimulatorParams, 'inkPurity' | 'blackLevel'>): number[][] {
  const { inkPurity, blackLevel } = params
  return realToner.map((row, ink) =>
    row.map((value, colour) => (ink === colour ? blackLevel : value + (1 - value) * inkPurity)),
  )
}

/**
 * Dot gain: a dot that covers `area` covers this much on paper, with `gain` more at one half
 * (the usual parabola, 4 g a (1 - a)).
 */
export function grownDot(area: number, gain: number): number {
  return area + 4 * gain * area * (1 - area)
}

/** The area whose grown dot is `area`: what a driver sends when it expects `gain`. */
export function shrunkDot(area: number, gain: number): number {
  if (gain === 0) return area
  const b = 1 + 4 * gain
  return Math.min(1, (b - Math.sqrt(b * b - 16 * gain * area)) / (8 * gain))
}

/**
 * Coverage of each ink for each 8-bit level of its own colour (red for cyan, and so on), as it ends on paper.
 *
 * The driver is calibrated for grey: for equal red, green and blue it picks the three coverages whose mixed light
 * (Neugebauer's equations with Demichel's independent screens) is that grey, scaled to what the inks reach. It takes the
 * expected dot gain off, and the paper's real dot gain comes on top.
 */
export function inkCurves(
  params: Pick<SimulatorParams, 'inkPurity' | 'blackLevel' | 'dotGain' | 'dotGainCompensated'>,
): Float64Array[] {
  const through = inkTransmittance(params)
  const darkest = Math.max(...[0, 1, 2].map((colour) => mixed(through, [1, 1, 1], colour)))
  const linear = srgbToLinearTable()
  const curves = Array.from({ length: inkCount }, () => new Float64Array(256))
  let areas = [1, 1, 1]
  for (let level = 0; level < 256; level++) {
    const target = darkest + (1 - darkest) * linear[level]!
    // Each colour is governed by its own ink: solve one at a time until all three agree.
    for (let round = 0; round < 60; round++) {
      const before = areas
      areas = before.map((_, ink) => {
        const others = mixed(through, before, ink) / (1 - before[ink]! * (1 - through[ink]![ink]!))
        return Math.min(1, Math.max(0, (1 - target / others) / (1 - through[ink]![ink]!)))
      })
      if (areas.every((area, ink) => Math.abs(area - before[ink]!) < 1e-9)) break
    }
    for (let ink = 0; ink < inkCount; ink++) {
      const sent = shrunkDot(areas[ink]!, params.dotGainCompensated)
      curves[ink]![level] = Math.min(1, grownDot(sent, params.dotGain))
    }
  }
  return curves
}

/** Mean reflectance of one colour under three overlapping screens, relative to the paper. */
function mixed(through: readonly (readonly number[])[], areas: readonly number[], colour: number): number {
  return areas.reduce((light, area, ink) => light * (1 - area * (1 - through[ink]![colour]!)), 1)
}
