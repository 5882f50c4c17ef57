import type { Random } from '#core/tensor/Random'
import type { Canvas } from './Canvas'
import { normals, normalsMask } from './noise'

/** How light becomes 8-bit levels. Levels and offsets are of encoded values in [0, 1]. */
export interface Development {
  readonly gain: readonly [number, number, number]
  /** Encoded levels of paper white and of the deepest ink, per channel: a print's narrower range. */
  readonly white: readonly [number, number, number]
  readonly black: readonly [number, number, number]
  readonly gamma: number
  readonly saturation: number
  /** Standard deviation of luminance noise and of each channel's own noise, encoded. */
  readonly grain: number
  readonly chromaGrain: number
}

export function randomDevelopment(random: Random, exposure: number): Development {
  const tint = random.normal(0, 0.05)
  const green = random.normal(0, 0.025)
  const printed = random.chance(0.4)
  const noisy = random.chance(0.3)
  const paper = random.uniform(0.8, 1)
  const ink = random.uniform(0, 0.16)
  return {
    gain: [exposure * (1 + tint), exposure * (1 + green), exposure * (1 - tint)],
    white: printed
      ? [paper, paper * random.uniform(0.95, 1.01), paper * random.uniform(0.88, 1.02)]
      : [1, 1, 1],
    black: printed ? [ink, ink * random.uniform(0.8, 1.1), ink * random.uniform(0.8, 1.3)] : [0, 0, 0],
    // Dot gain darkens a print's middle tones: an exponent above 1.
    gamma: printed ? random.uniform(0.9, 1.35) : random.uniform(0.88, 1.15),
    saturation: printed ? random.uniform(0.6, 1) : random.uniform(0.8, 1.15),
    grain: noisy ? random.uniform(0.012, 0.045) : random.uniform(0, 0.012),
    chromaGrain: noisy ? random.uniform(0.005, 0.03) : random.uniform(0, 0.008),
  }
}

const levels = 2048
/** sRGB's encoding of linear k / 2048. */
const encoded = Float32Array.from({ length: levels + 2 }, (_, i) => {
  const v = Math.min(1, i / levels)
  return v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055
})

/** The sRGB encoding followed by an exponent, as a table over linear light of 0 to 1. */
function toneCurve(gamma: number): Float32Array {
  const power = Float32Array.from({ length: 258 }, (_, i) => Math.min(1, i / 256) ** gamma)
  const curve = new Float32Array(levels + 2)
  for (let k = 0; k < curve.length; k++) {
    const at = encoded[k]! * 256
    const i = at | 0
    curve[k] = power[i]! + (power[i + 1]! - power[i]!) * (at - i)
  }
  return curve
}

/** Exposes, encodes, prints and grains the canvas into 8-bit planes (CHW) from `offset` on. */
export function develop(
  canvas: Canvas,
  how: Development,
  random: Random,
  out: Uint8Array,
  offset: number,
): void {
  const { size, pixels } = canvas
  const plane = size * size
  const { saturation: s, grain, chromaGrain } = how
  const [ar, ag, ab] = how.gain
  const curve = toneCurve(how.gamma)
  const tone = (linear: number): number => {
    if (linear <= 0) return 0
    if (linear >= 1) return 1
    const at = linear * levels
    const i = at | 0
    const low = curve[i]!
    return low + (curve[i + 1]! - low) * (at - i)
  }
  const [scaleR, scaleG, scaleB] = how.white.map((white, c) => 255 * (white - how.black[c]!)) as [
    number,
    number,
    number,
  ]
  const [baseR, baseG, baseB] = how.black.map((black) => 255 * black + 0.5) as [number, number, number]
  const strides = [random.bits(), random.bits(), random.bits(), random.bits()] as const
  for (let y = 0; y < size; y++) {
    // Each row reads the noise table from other places, so that rows do not repeat one another.
    let n0 = Math.imul(strides[0] + y, 0x9e3779b1) >>> 8
    let n1 = Math.imul(strides[1] + y, 0x85ebca6b) >>> 8
    let n2 = Math.imul(strides[2] + y, 0xc2b2ae35) >>> 8
    let n3 = Math.imul(strides[3] + y, 0x27d4eb2f) >>> 8
    for (let x = 0; x < size; x++) {
      const i = y * size + x
      const r = tone(pixels[i]! * ar)
      const g = tone(pixels[i + plane]! * ag)
      const b = tone(pixels[i + 2 * plane]! * ab)
      const luma = 0.2126 * r + 0.7152 * g + 0.0722 * b
      const shared = luma * (1 - s) + grain * normals[n0++ & normalsMask]!
      const at = offset + i
      out[at] = clamp(baseR + scaleR * (s * r + shared + chromaGrain * normals[n1++ & normalsMask]!))
      out[at + plane] = clamp(baseG + scaleG * (s * g + shared + chromaGrain * normals[n2++ & normalsMask]!))
      out[at + 2 * plane] = clamp(
        baseB + scaleB * (s * b + shared + chromaGrain * normals[n3++ & normalsMask]!),
      )
    }
  }
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value
}
