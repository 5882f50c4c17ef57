import { pixelsPerImage, toFloats, type ByteImages, type Images } from '#core/tensor/Images'
import type { Bound } from './Attack'
import { ballRegion, l2Region } from './ballRegion'
import { boxRegion } from './boxRegion'

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

/**
 * @param clean the images as floats
 * @param bound absent for attacks that may go anywhere in [0, 1]
 */
export function regionRound(clean: Images, bound: Bound | undefined): Region {
  switch (bound?.norm.id) {
    case undefined:
      return boxRegion(clean, 1)
    case 'linf':
      return boxRegion(clean, bound!.radius / 255)
    case 'l2':
      return l2Region(clean, bound!.radius / 255)
    default:
      return ballRegion(clean, bound!)
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
  out: Uint8Array = new Uint8Array(images.data.length),
): ByteImages {
  if (bound && bound.norm.id !== 'linf') return roundIntoBall(images, clean, bound, out)
  const { data } = images
  const origin = clean.data
  const radius = wholeRadius(bound)
  for (let i = 0; i < out.length; i++) {
    const centre = origin[i]!
    const level = (data[i]! * 255 + 0.5) | 0
    const low = centre > radius ? centre - radius : 0
    const high = centre < 255 - radius ? centre + radius : 255
    out[i] = level < low ? low : level > high ? high : level
  }
  return { ...clean, data: out }
}

/** Whole levels of an L-infinity bound, none of them lost to float error in a radius that was worked out, 8 - 1e-15 say. */
export const wholeRadius = (bound: Bound | undefined): number =>
  bound ? Math.floor(bound.radius + 1e-9) : 255

/** L0, L1 and L2: projected, rounded, and what rounding put outside is moved back. */
function roundIntoBall(images: Images, clean: ByteImages, bound: Bound, out: Uint8Array): ByteImages {
  const projected = { ...images, data: images.data.slice() }
  regionRound(toFloats(clean), bound).project(projected)
  const size = pixelsPerImage(clean)
  const delta = new Float32Array(size)
  const [inside, origin] = [projected.data, clean.data]
  for (let at = 0; at < out.length; at += size) {
    for (let i = 0; i < size; i++) delta[i] = ((inside[at + i]! * 255 + 0.5) | 0) - origin[at + i]!
    shrink(delta, bound)
    for (let i = 0; i < size; i++) out[at + i] = origin[at + i]! + delta[i]!
  }
  return { ...clean, data: out }
}

/**
 * Takes single levels from the smallest changes, which carry the least, until whole-numbered changes fit the bound. Mostly the
 * very smallest are enough, so the changes are gone through once for each size, not sorted.
 */
function shrink(delta: Float32Array, { norm, radius }: Bound): void {
  // Squares for L2, so that what one level takes away is known without measuring again.
  const square = norm.id === 'l2'
  for (let size = norm.measure(delta); size > radius; size = norm.measure(delta)) {
    let excess = square ? size ** 2 - radius ** 2 : size - radius
    for (let level = 1; level <= 255 && excess > 0; level++) {
      const less = square ? 2 * level - 1 : 1
      for (let i = 0; i < delta.length && excess > 0; i++) {
        const value = delta[i]!
        if (value !== level && value !== -level) continue
        excess -= less
        delta[i] = norm.id === 'l0' ? 0 : value < 0 ? value + 1 : value - 1
      }
    }
  }
}
