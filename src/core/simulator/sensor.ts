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
  /** Light in the sensor's plane, blurred along rows; `margin` more pixels on each side than the result. */
  readonly light: Planes
  readonly margin: number
  /** Photo place of the result's first pixel. */
  readonly x0: number
  readonly y0: number
  readonly illumination: Illumination
  /** The rest of the blur: down the columns, and motion. */
  readonly taps: readonly Tap[]
  /** A power of two of standard normal numbers. */
  readonly normals: Float32Array
  readonly noiseSeed: number
  readonly params: SimulatorParams
}

/**
 * Photosites with a Bayer mosaic (RGGB by photo place): blur, illumination, shot and read noise, clipping at full well,
 * 12-bit conversion, and the gains of the white balance. Linear, 1 is white.
 * @param out `width` x `rows`; one value per photosite.
 */
export function exposeMosaic(task: SensorTask, out: Float32Array, width: number, rows: number): void {
  const sites = siteRow(task)
  const lit = new Float32Array(width)
  for (let row = 0; row < rows; row++) {
    const y = task.y0 + row
    task.illumination.row(task.x0, y, lit)
    // Photosites of one colour stand in every other column.
    const odd = y & 1
    for (let first = 0; first < 2; first++) {
      const colour = (odd + ((task.x0 + first) & 1)) as 0 | 1 | 2
      sites(row, colour, filterResponse[colour], first, 2, lit, out, row * width, width)
    }
  }
}

/** The same without a mosaic: every photosite sees all three colours (scanners). */
export function exposePlanes(task: SensorTask, out: Planes): void {
  const sites = siteRow(task)
  const lit = new Float32Array(out.width)
  for (let row = 0; row < out.rows; row++) {
    task.illumination.row(task.x0, task.y0 + row, lit)
    for (const colour of [0, 1, 2] as const) {
      sites(row, colour, 1, 0, 1, lit, out.colours[colour], row * out.width, out.width)
    }
  }
}

/** Exposes the photosites `first`, `first + step`, ... of a row to one colour and writes them from out[at] on. */
type SiteRow = (
  row: number,
  colour: 0 | 1 | 2,
  response: number,
  first: number,
  step: number,
  lit: Float32Array,
  out: Float32Array,
  at: number,
  width: number,
) => void

function siteRow(task: SensorTask): SiteRow {
  const { light, margin, params, normals } = task
  const offsets = Int32Array.from(task.taps, ({ dx, dy }) => dy * light.width + dx)
  const shares = Float32Array.from(task.taps, ({ weight }) => weight)
  const count = offsets.length
  // A sharp lens has five taps: written out, they are half the work of a loop.
  const five = count === 5
  const [o0, o1, o2, o3, o4] = [0, 1, 2, 3, 4].map((k) => offsets[k] ?? 0) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const [s0, s1, s2, s3, s4] = [0, 1, 2, 3, 4].map((k) => shares[k] ?? 0) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const gains = [params.redGain, 1, params.blueGain]
  // Variances relative to full well: photons follow Poisson's law, which is near normal at these counts.
  const shot = 1 / params.fullWell
  const read = (params.readNoise / params.fullWell) ** 2
  const mask = normals.length - 1
  const { glare } = task.illumination
  return (row, colour, response, first, step, lit, out, at, width) => {
    const plane = light.colours[colour]
    const y = task.y0 + row
    const start = (row + margin) * light.width + margin
    const gain = gains[colour]! / response / 4095
    let state = noiseStart(task.noiseSeed ^ Math.imul(task.x0, 0x27d4eb2f), y, colour)
    for (let i = first; i < width; i += step) {
      let value = 0
      const p = start + i
      if (five) {
        value =
          s0 * plane[p + o0]! +
          s1 * plane[p + o1]! +
          s2 * plane[p + o2]! +
          s3 * plane[p + o3]! +
          s4 * plane[p + o4]!
      } else for (let k = 0; k < count; k++) value += shares[k]! * plane[p + offsets[k]!]!
      value *= lit[i]! * response
      if (glare) value += response * glare(task.x0 + i + 0.5, y + 0.5)
      state = (Math.imul(state, 1664525) + 1013904223) | 0
      value += normals[(state >>> 9) & mask]! * Math.sqrt(value * shot + read)
      // 12-bit conversion; the black offset of real sensors keeps negative noise, and so does this.
      out[at + i] = (value >= 1 ? 4095 : ((value * 4095 + 4096.5) | 0) - 4096) * gain
    }
  }
}

/** Each row and colour has its own stream, so that strips can see their common rows alike. */
function noiseStart(seed: number, y: number, colour: number): number {
  let h = Math.imul(seed ^ Math.imul(y * 4 + colour + 4096, 0x9e3779b1), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 15), 0xc2b2ae35)
  return (h ^ (h >>> 13)) | 0
}
