import type { ParamSpec } from '#core/params'
import { pixelsPerImage } from '#core/tensor/Images'
import type { Random } from '#core/tensor/Random'
import type { Attack } from './Attack'

const params = {
  deviation: {
    kind: 'number',
    title: 'Deviation',
    help: 'Root of the mean square of the change, as it is in the rounded image.',
    default: 8,
    min: 0,
    max: 255,
    unit: '/255',
  },
} as const satisfies Record<string, ParamSpec>

/**
 * The control of Szegedy 2014, table 1: Gaussian noise of a given distortion sqrt(mean r^2). Clipping to 0..255 takes some
 * of the noise away and rounding changes it, so each image's noise is scaled until the 8-bit image has that distortion:
 * only then is it a control at equal distortion. Where even noise without limit clips to less, it stays less.
 */
export const gaussianNoise: Attack<typeof params> = {
  id: 'gaussianNoise',
  title: 'Gaussian noise (control)',
  paper: 'Control without a model: Szegedy et al. 2014, Intriguing properties of neural networks, table 1',
  norm: 'l2',
  access: 'none',
  targets: 'none',
  params,
  async *run({ params, images, random }) {
    const size = pixelsPerImage(images)
    const data = images.data.slice()
    for (let n = 0; n < images.count; n++) {
      addNoise(data.subarray(n * size, (n + 1) * size), params.deviation, random[n]!)
    }
    yield await Promise.resolve({ step: 1, steps: 1 })
    return { ...images, data }
  },
}

/** Noise this many times too strong has every pixel at an end of the range. */
const strongest = 1e6

function addNoise(pixels: Float32Array, deviation: number, random: Random): void {
  if (deviation === 0) return
  const clean = Float32Array.from(pixels, (value) => Math.round(value * 255))
  const noise = Float32Array.from(pixels, () => random.normal())
  const level = (scale: number, i: number): number =>
    Math.min(255, Math.max(0, Math.round(clean[i]! + scale * noise[i]!)))
  const distortion = (scale: number): number => {
    let squares = 0
    for (let i = 0; i < clean.length; i++) squares += (level(scale, i) - clean[i]!) ** 2
    return Math.sqrt(squares / clean.length)
  }
  // No pixel's change shrinks as the scale grows, so halving the interval finds the place.
  let [low, high] = [0, deviation]
  while (distortion(high) < deviation && high < strongest) [low, high] = [high, 2 * high]
  for (let i = 0; i < 24; i++) {
    const middle = (low + high) / 2
    if (distortion(middle) <= deviation) low = middle
    else high = middle
  }
  for (let i = 0; i < pixels.length; i++) pixels[i] = level(low, i) / 255
}
