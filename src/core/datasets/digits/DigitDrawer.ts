import type { Random } from '#core/tensor/Random'
import { fractalNoise, normals, normalsMask } from '../scene/noise'
import type { Contour } from '../vector/outline'
import { Rasterizer } from '../vector/Rasterizer'
import type { PictureDrawer } from '../DrawnSet'
import { fittedTo, written } from './hand'
import { penStroke, randomPen } from './pens'
import { skeletons } from './skeletons'

/** Side of a digit's picture in pixels, as in MNIST. */
export const digitSize = 28

const plane = digitSize * digitSize

/**
 * Draws digits, white ink on black, and keeps its buffers between them. As in MNIST a digit fills a box of about 20
 * pixels and its centre of mass is at about the middle. Two thirds of the grounds are exactly black; the others are a noisy scan.
 */
export class DigitDrawer implements PictureDrawer {
  readonly #rasterizer = new Rasterizer(digitSize, digitSize)
  readonly #ink = new Float32Array(plane)
  readonly #mottle = new Float32Array(plane)

  draw(random: Random, label: number, out: Uint8Array, offset: number): void {
    const ink = this.#ink.fill(0)
    const shape = random.fork('shape')
    const width = shape.uniform(1.3, 3.6) * (shape.chance(0.12) ? 1.3 : 1)
    const lines = fittedTo(
      written(shape.pick(skeletons[label]!), shape),
      shape.uniform(18, 21),
      Math.min(width, 3.6) / 2,
    )
    const pen = randomPen(random.fork('pen'), width)
    const parts = lines.flatMap((line) => penStroke(line, pen))
    const place = random.fork('place')
    const mass = massOf(parts)
    const [dx, dy] = [0, 1].map(
      (axis) => digitSize / 2 - mass[axis]! + Math.max(-2, Math.min(2, place.normal(0, 0.7))),
    )
    this.#rasterizer.cover(
      ink,
      parts.map((part) => part.map((value, i) => value + (i % 2 === 0 ? dx! : dy!))),
    )
    this.#develop(random.fork('scan'), out, offset)
  }

  /** Ink to levels: its strength, at times paler patches, and the noise of a poor scan. */
  #develop(random: Random, out: Uint8Array, offset: number): void {
    const ink = this.#ink
    const strength = random.uniform(0.8, 1.12)
    const softness = random.uniform(0.85, 1.3)
    if (random.chance(0.3)) {
      fractalNoise(this.#mottle, digitSize, digitSize, random, 6, 2)
      const depth = random.uniform(0.1, 0.5)
      for (let i = 0; i < plane; i++) ink[i]! *= Math.max(0.25, 1 - depth * Math.max(0, this.#mottle[i]!))
    }
    const noisy = random.chance(1 / 3)
    const ground = noisy ? random.uniform(0, 0.12) : 0
    const grain = noisy ? random.uniform(0.015, 0.09) : 0
    for (let i = 0; i < plane; i++) {
      const level = Math.min(1, strength * ink[i]! ** softness)
      const value =
        ground + (1 - ground) * level + (grain > 0 ? grain * normals[random.bits() & normalsMask]! : 0)
      out[offset + i] = value <= 0 ? 0 : value >= 1 ? 255 : Math.round(255 * value)
    }
  }
}

/** Centre of mass of the pieces, each taken at the mean of its corners and by its area. */
function massOf(parts: readonly Contour[]): [number, number] {
  let [x, y, total] = [0, 0, 0]
  for (const part of parts) {
    const n = part.length / 2
    let [px, py, area] = [0, 0, 0]
    for (let i = 0, j = n - 1; i < n; j = i++) {
      px += part[2 * i]!
      py += part[2 * i + 1]!
      area += part[2 * j]! * part[2 * i + 1]! - part[2 * i]! * part[2 * j + 1]!
    }
    const weight = Math.abs(area)
    x += (weight * px) / n
    y += (weight * py) / n
    total += weight
  }
  return total > 0 ? [x / total, y / total] : [0, 0]
}
