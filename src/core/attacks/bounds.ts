import { pixelsPerImage, toBytes, toFloats, type ByteImages, type Images } from '#core/tensor/Images'
import type { Bound } from './Attack'

/** Where an attack may go with its float images, and how it takes a step there. Both work in place. */
export interface Region {
  /** Brings images back into the bound round the clean ones and into [0, 1]. */
  project(images: Images): void
  /**
   * images + levels / 255 * the steepest direction of unit norm along the gradient (its signs, for L-infinity), projected.
   * Negative levels go downhill.
   */
  step(images: Images, gradient: Images, levels: number): void
}

export function regionRound(clean: ByteImages, bound: Bound | undefined): Region {
  return bound && bound.norm.id !== 'linf'
    ? ballRegion(clean, bound)
    : boxRegion(clean, (bound?.radius ?? 255) / 255)
}

/**
 * An L-infinity ball cut with [0, 1] is a box. This runs at every step of every attack of the paper, so it works on the
 * bits of the float32 numbers and without branches: the signs of a gradient are as good as random, and each wrong guess
 * of the processor costs more than all the arithmetic. Floats that are not negative are ordered as their bits are.
 */
function boxRegion({ data: clean }: ByteImages, radius: number): Region {
  // The sides of the box for each of the 256 levels that a clean value can have.
  const low = bitsOf(Float32Array.from({ length: 256 }, (_, level) => Math.max(level / 255 - radius, 0)))
  const high = bitsOf(Float32Array.from({ length: 256 }, (_, level) => Math.min(level / 255 + radius, 1)))
  const clip = (words: Int32Array, i: number): void => {
    let word = words[i]!
    // Negative numbers to zero, then up to the low side, then down to the high side.
    word &= ~(word >> 31)
    const level = clean[i]!
    const under = word - low[level]!
    word -= under & (under >> 31)
    const over = word - high[level]!
    words[i] = word - (over & ~(over >> 31))
  }
  return {
    project({ data }) {
      const words = bitsOf(data)
      for (let i = 0; i < words.length; i++) clip(words, i)
    },
    step({ data }, gradient, levels) {
      const words = bitsOf(data)
      const slopes = bitsOf(gradient.data)
      const change = levels / 255
      for (let i = 0; i < words.length; i++) {
        const slope = slopes[i]!
        const magnitude = slope << 1
        // All ones unless the gradient is zero, plus or minus.
        const some = (magnitude | -magnitude) >> 31
        data[i]! += change * (((slope >> 31) | 1) & some)
        clip(words, i)
      }
    },
  }
}

const bitsOf = (values: Float32Array): Int32Array =>
  new Int32Array(values.buffer, values.byteOffset, values.length)

function ballRegion(bytes: ByteImages, bound: Bound): Region {
  const clean = toFloats(bytes)
  const size = pixelsPerImage(clean)
  const direction = new Float32Array(size)
  const delta = new Float32Array(size)
  const project = (images: Images): void => {
    projectIntoBall(images, clean, bound, delta)
  }
  return {
    project,
    step(images, gradient, levels) {
      const { data } = images
      for (let at = 0; at < data.length; at += size) {
        direction.set(gradient.data.subarray(at, at + size))
        bound.norm.normalize(direction)
        const length = levels / 255
        for (let i = 0; i < size; i++) data[at + i]! += length * direction[i]!
      }
      project(images)
    },
  }
}

/**
 * [0, 1] comes last: it never leads out of a ball round an image that lies in it.
 * @param delta scratch for one image
 */
function projectIntoBall(images: Images, clean: Images, { norm, radius }: Bound, delta: Float32Array): void {
  const { data } = images
  const origin = clean.data
  const size = delta.length
  for (let at = 0; at < data.length; at += size) {
    for (let i = 0; i < size; i++) delta[i] = data[at + i]! - origin[at + i]!
    // L0 counts values and has no unit.
    norm.project(delta, norm.id === 'l0' ? radius : radius / 255)
    for (let i = 0; i < size; i++) {
      const value = origin[at + i]! + delta[i]!
      data[at + i] = value < 0 ? 0 : value > 1 ? 1 : value
    }
  }
}

/**
 * Rounds to 8 bits so that the bound holds exactly for the whole numbers, 0..255, that come out: float error of the
 * attack's steps and the rounding itself are both undone where they would lead out.
 * @param out where the levels may be written; by default a new array
 */
export function roundImages(
  images: Images,
  clean: ByteImages,
  bound: Bound | undefined,
  out = new Uint8Array(images.data.length),
): ByteImages {
  if (bound && bound.norm.id !== 'linf') return roundIntoBall(images, clean, bound)
  const { data } = images
  const origin = clean.data
  // A whole level is never lost to float error in a radius that was worked out, 8 - 1e-15 say.
  const radius = bound ? Math.floor(bound.radius + 1e-9) : 255
  for (let i = 0; i < out.length; i++) {
    const centre = origin[i]!
    const level = (data[i]! * 255 + 0.5) | 0
    const low = centre > radius ? centre - radius : 0
    const high = centre < 255 - radius ? centre + radius : 255
    out[i] = level < low ? low : level > high ? high : level
  }
  return { ...clean, data: out }
}

/** L0, L1 and L2: projected, rounded, and what rounding put outside is moved back. */
function roundIntoBall(images: Images, clean: ByteImages, bound: Bound): ByteImages {
  const projected = { ...images, data: images.data.slice() }
  const size = pixelsPerImage(clean)
  const delta = new Float32Array(size)
  projectIntoBall(projected, toFloats(clean), bound, delta)
  const rounded = toBytes(projected)
  for (let at = 0; at < rounded.data.length; at += size) {
    for (let i = 0; i < size; i++) delta[i] = rounded.data[at + i]! - clean.data[at + i]!
    shrink(delta, bound)
    for (let i = 0; i < size; i++) rounded.data[at + i] = clean.data[at + i]! + delta[i]!
  }
  return rounded
}

/** Takes single levels from the smallest changes, which carry the least, until whole-numbered changes fit the bound. */
function shrink(delta: Float32Array, { norm, radius }: Bound): void {
  while (norm.measure(delta) > radius) {
    const order = byMagnitude(delta)
    // Squares for L2, so that what one level takes away is known without measuring again.
    const square = norm.id === 'l2'
    let excess = square ? norm.measure(delta) ** 2 - radius ** 2 : norm.measure(delta) - radius
    for (const i of order) {
      if (excess <= 0) break
      const value = delta[i]!
      excess -= square ? 2 * Math.abs(value) - 1 : 1
      delta[i] = norm.id === 'l0' ? 0 : value - Math.sign(value)
    }
  }
}

/** Places of the values that are not zero, the smallest first and equal ones in order; whole numbers to 255, so that counting sorts. */
function byMagnitude(delta: Float32Array): Uint32Array {
  const starts = new Uint32Array(257)
  for (const value of delta) starts[Math.abs(value) + 1]!++
  const zeros = starts[1]!
  starts[1] = 0
  for (let level = 1; level < starts.length; level++) starts[level]! += starts[level - 1]!
  const order = new Uint32Array(delta.length - zeros)
  for (let i = 0; i < delta.length; i++) {
    const level = Math.abs(delta[i]!)
    if (level > 0) order[starts[level]!++] = i
  }
  return order
}
