import { pixelsPerImage, type Images } from '#core/tensor/Images'
import type { ImageMap } from '../ImageMap'

export interface Pose {
  /** Turn about the middle, clockwise, in degrees. */
  readonly turn: number
  /** 1 leaves the size. */
  readonly zoom: number
  /** In widths and heights of the picture. */
  readonly right: number
  readonly down: number
}

/** Four pixels with their weights, for each pixel of a plane. */
interface Taps {
  readonly places: Int32Array
  readonly weights: Float32Array
}

/** Turns, zooms and shifts by bilinear sampling, edges repeated beyond the picture; its gradient is its exact transpose. */
export function pose({ turn, zoom, right, down }: Pose): ImageMap {
  return {
    id: `pose ${turn.toFixed(1)} ${zoom.toFixed(3)} ${right.toFixed(3)} ${down.toFixed(3)}`,
    apply(images) {
      const taps = tapsOf(images, { turn, zoom, right, down })
      return Promise.resolve({
        images: sampled(images, taps, false),
        pull: (cotangent) => Promise.resolve(sampled(cotangent, taps, true)),
      })
    },
  }
}

function tapsOf({ width, height }: Images, { turn, zoom, right, down }: Pose): Taps {
  const angle = (turn * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle) / zoom, Math.sin(angle) / zoom]
  const places = new Int32Array(4 * width * height)
  const weights = new Float32Array(4 * width * height)
  const clamp = (value: number, most: number): number => Math.min(Math.max(value, 0), most)
  let at = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = x + 0.5 - (0.5 + right) * width
      const v = y + 0.5 - (0.5 + down) * height
      const px = clamp(cos * u + sin * v + width / 2 - 0.5, width - 1)
      const py = clamp(-sin * u + cos * v + height / 2 - 0.5, height - 1)
      const [x0, y0] = [Math.floor(px), Math.floor(py)]
      const [a, b] = [px - x0, py - y0]
      const [x1, y1] = [Math.min(x0 + 1, width - 1), Math.min(y0 + 1, height - 1)]
      places.set([y0 * width + x0, y0 * width + x1, y1 * width + x0, y1 * width + x1], at)
      weights.set([(1 - a) * (1 - b), a * (1 - b), (1 - a) * b, a * b], at)
      at += 4
    }
  }
  return { places, weights }
}

function sampled(images: Images, { places, weights }: Taps, transposed: boolean): Images {
  const plane = images.width * images.height
  const data = new Float32Array(images.count * pixelsPerImage(images))
  for (let start = 0; start < data.length; start += plane) {
    for (let tap = 0; tap < places.length; tap++) {
      const [here, there] = [start + (tap >> 2), start + places[tap]!]
      if (transposed) data[there]! += weights[tap]! * images.data[here]!
      else data[here]! += weights[tap]! * images.data[there]!
    }
  }
  return { ...images, data }
}
