import { describe, expect, it } from 'vitest'
import { BoxAdam } from '#core/attacks/BoxAdam'
import { TanhAdam } from '#core/attacks/TanhAdam'
import { Workroom } from '#core/simd/Workroom'
import type { Images } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'

const random = new Random('adam kernels')
const spec = { channels: 1, height: 3, width: 37, count: 1 }
const size = 111
const [rate, constant, tau] = [0.02, 3, 0.05]
// Black and white ones too, which stay where they are with the tanh variable but for what it is drawn in by.
const clean: Images = { ...spec, data: Float32Array.from({ length: size }, () => random.int(256) / 255) }
clean.data.set([0, 1], 0)
const may = Float32Array.from(clean.data, () => (random.chance(0.7) ? 1 : 0))

/** Adam in plain doubles: takes slopes, tells steps. */
function plainAdam(): (slopes: readonly number[]) => number[] {
  const [mean, square] = [new Float64Array(size), new Float64Array(size)]
  let t = 0
  return (slopes) => {
    t++
    return slopes.map((slope, i) => {
      mean[i] = 0.9 * mean[i]! + 0.1 * slope
      square[i] = 0.999 * square[i]! + 0.001 * slope ** 2
      const whole = (rate * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t)
      return (whole * mean[i]!) / (Math.sqrt(square[i]!) + 1e-8)
    })
  }
}
const clip = (value: number): number => Math.min(1, Math.max(0, value))

interface Way {
  readonly start: (pixels: Float32Array) => Float64Array
  readonly begun: () => { images: Images; descend: (slopes: Float32Array, constant: number) => number }
  /** The distortion, its slopes with those of c f, and where x goes by a step. */
  readonly distortion: (x: number, i: number) => number
  readonly slope: (x: number, i: number, slope: number) => number
  readonly go: (x: number, step: number) => number
}
const box = (): BoxAdam => {
  const variable = new BoxAdam(clean, rate, new Workroom())
  variable.begin(0, clean.data)
  return variable
}
const away = (x: number, i: number): number => x - clean.data[i]!
const ways: Readonly<Record<string, Way>> = {
  'the tanh variable': {
    start: (pixels) => Float64Array.from(pixels, (x) => Math.fround(0.5 + (x - 0.5) * 0.999)),
    begun() {
      const variable = new TanhAdam(clean, rate, new Workroom())
      variable.begin(0, clean.data)
      return { images: variable.images, descend: (slopes, c) => variable.descend(0, c, slopes) }
    },
    distortion: (x, i) => away(x, i) ** 2,
    slope: (x, i, slope) => (2 * away(x, i) + constant * slope) * 2 * x * (1 - x),
    go: (x, step) => (Math.tanh(Math.atanh(2 * x - 1) - step) + 1) / 2,
  },
  'pixels, some of them': {
    start: (pixels) => Float64Array.from(pixels),
    begun() {
      const variable = box()
      return { images: variable.images, descend: (slopes, c) => variable.descendSome(0, c, slopes, may) }
    },
    distortion: (x, i) => may[i]! * away(x, i) ** 2,
    slope: (x, i, slope) => may[i]! * (2 * away(x, i) + constant * slope),
    go: (x, step) => clip(x - step),
  },
  'pixels beyond tau': {
    start: (pixels) => Float64Array.from(pixels),
    begun() {
      const variable = box()
      return { images: variable.images, descend: (slopes, c) => variable.descendBeyond(0, c, slopes, tau) }
    },
    distortion: (x, i) => Math.max(Math.abs(away(x, i)) - tau, 0),
    slope: (x, i, slope) => constant * slope + (Math.abs(away(x, i)) > tau ? Math.sign(away(x, i)) : 0),
    go: (x, step) => clip(x - step),
  },
}

describe.each(Object.entries(ways))("Adam's steps in kernels, %s", (_, way) => {
  it('are those of a plain loop in doubles, but for the last bits of a float', () => {
    const { images, descend } = way.begun()
    const x = way.start(clean.data)
    const adam = plainAdam()
    for (let t = 0; t < 12; t++) {
      // Of many sizes, and one that is always zero.
      const slopes = Float32Array.from({ length: size }, (_, i) =>
        i === 7 ? 0 : random.normal(0, 10 ** -(i % 5)),
      )
      const distortion = x.reduce((sum, value, i) => sum + way.distortion(value, i), 0)
      const steps = adam(Array.from(x, (value, i) => way.slope(value, i, slopes[i]!)))
      expect(descend(slopes, constant)).toBeCloseTo(distortion, 4)
      x.forEach((value, i) => {
        x[i] = way.go(value, steps[i]!)
      })
      expect(Math.max(...Array.from(images.data, (value, i) => Math.abs(value - x[i]!)))).toBeLessThan(2e-5)
    }
  })

  it('go the right way with the greatest constants and slopes, and with slopes next to zero', () => {
    for (const steepness of [1e-30, 1e9, 1e30, 3e38]) {
      const { images, descend } = way.begun()
      const slopes = Float32Array.from({ length: size }, () => (random.chance(0.5) ? steepness : -steepness))
      for (let t = 0; t < 40; t++) {
        const before = images.data.slice()
        expect(descend(slopes, 1e10)).toBeGreaterThanOrEqual(0)
        expect(images.data.every((value) => value >= 0 && value <= 1)).toBe(true)
        if (steepness > 1) {
          expect(images.data.every((value, i) => (value - before[i]!) * Math.sign(slopes[i]!) <= 0)).toBe(
            true,
          )
        }
      }
    }
  })
})
