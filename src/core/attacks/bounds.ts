import { Kernels } from '#core/simd/Kernels'
import { Workroom } from '#core/simd/Workroom'
import { pixelsPerImage, toFloats, type ByteImages, type Images } from '#core/tensor/Images'
import type { Bound } from './Attack'
import { ballRegion, l2Region } from './ballRegion'
import { boxRegion } from './boxRegion'
import { levelProgram, type LevelKernels } from './levelKernels'

/** Where an attack may go with its float images, and how it takes a step there. Both work in place. */
export interface Region {
  /** The clean images, to be changed: a copy where steps cost least. */
  start(): Images
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
 * @param steps how many there will be, where it is known: a single one takes less memory
 */
export function regionRound(
  clean: Images,
  bound: Bound | undefined,
  workroom = new Workroom(),
  steps = Infinity,
): Region {
  switch (bound?.norm.id) {
    case undefined:
      // Those that seek the least distortion step by themselves: no memory is kept for it.
      return boxRegion(clean, 1, workroom, 1)
    case 'linf':
      return boxRegion(clean, bound!.radius / 255, workroom, steps)
    case 'l2':
      return l2Region(clean, bound!.radius / 255, workroom)
    default:
      return ballRegion(clean, bound!)
  }
}

/**
 * Rounds to 8 bits so that the bound holds exactly for the whole numbers, 0..255, that come out: float error of the
 * attack's steps and the rounding itself are both undone where they would lead out.
 */
export function roundImages(images: Images, clean: ByteImages, bound: Bound | undefined): ByteImages {
  const inside = { ...images, data: images.data.slice() }
  if (isBall(bound)) regionRound(toFloats(clean), bound).project(inside)
  return roundInside(inside, clean, bound, new Kernels(levelProgram()), new Uint8Array(clean.data.length))
}

/** Whether it is more than a box, so that rounding alone may lead out of it: L0, L1 and L2. */
export const isBall = (bound: Bound | undefined): boolean => bound !== undefined && bound.norm.id !== 'linf'

/**
 * {@link roundImages} for images that were brought into their bound where it is a ball.
 * @param out where the levels are written
 * @param floats where they are written as floats too
 */
export function roundInside(
  images: Images,
  clean: ByteImages,
  bound: Bound | undefined,
  kernels: LevelKernels,
  out: Uint8Array,
  floats?: Float32Array,
): ByteImages {
  const rounded = { ...clean, data: out }
  if (isBall(bound)) {
    kernels.run('round', [images.data, clean.data, out], [255])
    const size = pixelsPerImage(clean)
    for (let at = 0; at < out.length; at += size) {
      shrink(out.subarray(at, at + size), clean.data.subarray(at, at + size), bound!, kernels)
    }
    if (floats) kernels.run('floats', [out, floats])
  } else if (floats) {
    kernels.run('roundBoth', [images.data, clean.data, out, floats], [wholeRadius(bound)])
  } else {
    kernels.run('round', [images.data, clean.data, out], [wholeRadius(bound)])
  }
  return rounded
}

/** Whole levels of an L-infinity bound, none of them lost to float error in a radius that was worked out, 8 - 1e-15 say. */
export const wholeRadius = (bound: Bound | undefined): number =>
  bound ? Math.floor(bound.radius + 1e-9) : 255

/**
 * Takes single levels from the smallest changes of an image, which carry the least, until whole-numbered changes fit the bound.
 * Mostly the very smallest are enough, so the changes are gone through once for each size, not sorted.
 */
function shrink(levels: Uint8Array, clean: Uint8Array, { norm, radius }: Bound, kernels: LevelKernels): void {
  const measured = (): number => {
    const [l0, l1, squares] = kernels.run('changesOf1', [levels, clean])
    return norm.id === 'l2' ? Math.sqrt(squares!) : norm.id === 'l1' ? l1! : l0!
  }
  // Squares for L2, so that what one level takes away is known without measuring again.
  const square = norm.id === 'l2'
  for (let size = measured(); size > radius; size = measured()) {
    let excess = square ? size ** 2 - radius ** 2 : size - radius
    for (let level = 1; level <= 255 && excess > 0; level++) {
      const less = square ? 2 * level - 1 : 1
      for (let i = 0; i < levels.length && excess > 0; i++) {
        const change = levels[i]! - clean[i]!
        if (change !== level && change !== -level) continue
        excess -= less
        levels[i] = norm.id === 'l0' ? clean[i]! : change < 0 ? levels[i]! + 1 : levels[i]! - 1
      }
    }
  }
}
