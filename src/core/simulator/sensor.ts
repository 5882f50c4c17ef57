import type { Tap } from './blur'
import type { SimulatorParams } from './params'
import type { Planes } from './samplePage'

/**
 * Response of silicon behind each filter relative to green, for daylight: the camera multiplies red and blue back, and
 * their noise with them (typical white balance gains of phone sensors are 1.6 to 2).
 */
const filterResponse = [0.58, 1, 0.62] as const

/** Light that falls on the scene relative to the brightest place, as a function of the place in the photo. */
export interface Illumination {
  /** Multiplies `row` (from photo column x0 on, at photo row y). */
  row(x0: number, y: number, out: Float32Array): void
  /** Adds mirrored light; undefined when there is none. */
  readonly glare: ((x: number, y: number) => number) | undefined
}

export function illumination(
  photo: { readonly width: number; readonly height: number },
  params: SimulatorParams,
): Illumination {
  const { width, height } = photo
  const angle = (params.gradientAngle * Math.PI) / 180
  const reach = (Math.abs(width * Math.cos(angle)) + Math.abs(height * Math.sin(angle))) / 2
  const gx = Math.cos(angle) / reach
  const gy = Math.sin(angle) / reach
  const corner = (width * width + height * height) / 4
  const { exposure, gradient, vignetting } = params
  const sigma = params.glareSize * height
  return {
    row(x0, y, out) {
      const dy = y + 0.5 - height / 2
      for (let i = 0; i < out.length; i++) {
        const dx = x0 + i + 0.5 - width / 2
        const fall = (1 + gx * dx + gy * dy) / 2
        out[i] = exposure * (1 - gradient * fall) * (1 - (vignetting * (dx * dx + dy * dy)) / corner)
      }
    },
    glare:
      params.glare === 0
        ? undefined
        : (x, y) => {
            const dx = (x - params.glareX * width) / sigma
            const dy = (y - params.glareY * height) / sigma
            return params.exposure * params.glare * Math.exp(-(dx * dx + dy * dy) / 2)
          },
  }
}

export interface SensorTask {
  /** Light in the sensor's plane; `margin` more pixels on each side than the result. */
  readonly light: Planes
  readonly margin: number
  /** Photo place of the result's first pixel. */
  readonly x0: number
  readonly y0: number
  readonly illumination: Illumination
  readonly motion: readonly Tap[]
  readonly normals: Float32Array
  readonly noiseSeed: number
  readonly params: SimulatorParams
}

/**
 * Photosites with a Bayer mosaic (RGGB by photo place): motion, illumination, shot and read noise, clipping at full well,
 * 12-bit conversion, and the gains of the white balance. Linear, 1 is white.
 * @param out `width` x `rows`; one value per photosite.
 */
export function exposeMosaic(task: SensorTask, out: Float32Array, width: number, rows: number): void {
  const { light, margin, x0, y0, motion, params } = task
  const lit = new Float32Array(width)
  const gains = whiteBalance(params)
  const offsets = motion.map(({ dx, dy }) => dy * light.width + dx)
  const shares = Float32Array.from(motion, ({ weight }) => weight)
  const noise = noiseOf(params)
  const mask = task.normals.length - 1
  const still = motion.length === 1
  for (let row = 0; row < rows; row++) {
    const y = y0 + row
    task.illumination.row(x0, y, lit)
    const state = noiseState(task.noiseSeed, y)
    let index = state.start
    const odd = y & 1
    let at = row * width
    for (let i = 0, p = (row + margin) * light.width + margin; i < width; i++, at++, p++) {
      const colour = odd + ((x0 + i) & 1)
      const plane = light.colours[colour]!
      let value = 0
      if (still) value = plane[p]!
      else for (let k = 0; k < offsets.length; k++) value += shares[k]! * plane[p + offsets[k]!]!
      value *= lit[i]!
      if (task.illumination.glare) value += task.illumination.glare(x0 + i + 0.5, y + 0.5)
      const response = filterResponse[colour]!
      index = (Math.imul(index, 1664525) + 1013904223) | 0
      const raw = electrons(value * response, task.normals[(index >>> 9) & mask]!, noise)
      out[at] = (raw * gains[colour]!) / response
    }
  }
}

/** The same without a mosaic: every photosite sees all three colours (scanners). */
export function exposePlanes(task: SensorTask, out: Planes): void {
  const { light, margin, x0, y0, motion, params } = task
  const lit = new Float32Array(out.width)
  const gains = whiteBalance(params)
  const noise = noiseOf(params)
  const mask = task.normals.length - 1
  for (let row = 0; row < out.rows; row++) {
    const y = y0 + row
    task.illumination.row(x0, y, lit)
    for (let colour = 0; colour < 3; colour++) {
      const plane = light.colours[colour]!
      const to = out.colours[colour]!
      let index = noiseState(task.noiseSeed + colour * 7919, y).start
      for (let i = 0; i < out.width; i++) {
        const p = (row + margin) * light.width + margin + i
        let value = 0
        for (const { dx, dy, weight } of motion) value += weight * plane[p + dy * light.width + dx]!
        value *= lit[i]!
        if (task.illumination.glare) value += task.illumination.glare(x0 + i + 0.5, y + 0.5)
        index = (Math.imul(index, 1664525) + 1013904223) | 0
        to[row * out.width + i] =
          electrons(value, task.normals[(index >>> 9) & mask]!, noise) * gains[colour]!
      }
    }
  }
}

function whiteBalance(params: SimulatorParams): readonly [number, number, number] {
  return [params.redGain, 1, params.blueGain]
}

interface NoiseOf {
  readonly shot: number
  readonly read: number
}

/** Variances relative to full well: photons follow Poisson's law, which is near normal at these counts. */
function noiseOf(params: SimulatorParams): NoiseOf {
  return { shot: 1 / params.fullWell, read: (params.readNoise / params.fullWell) ** 2 }
}

function electrons(exposure: number, normal: number, noise: NoiseOf): number {
  const value = exposure + normal * Math.sqrt(exposure * noise.shot + noise.read)
  // 12-bit conversion; the black offset of real sensors keeps negative noise, and so do we.
  return Math.round((value > 1 ? 1 : value) * 4095) / 4095
}

/** Each photo row has its own stream, so that the picture does not depend on how it is cut into strips. */
function noiseState(seed: number, y: number): { start: number } {
  let h = Math.imul(seed ^ Math.imul(y + 4096, 0x9e3779b1), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 15), 0xc2b2ae35)
  return { start: (h ^ (h >>> 13)) | 0 }
}
