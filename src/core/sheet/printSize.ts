import { HalftoneError } from '#core/errors'
import { dotsOf, mmOf } from './dots'
import type { LayoutOptions } from './LayoutOptions'

/**
 * Whole dots per source pixel. A size given in mm is rounded, because a pixel of 3.7 dots would be printed as some of 3
 * and some of 4, which resamples the perturbation.
 */
export function printSize({ size, imagePx }: Pick<LayoutOptions, 'size' | 'imagePx'>): {
  readonly dotsPerPixel: number
  readonly notes: readonly string[]
} {
  if (size.kind === 'dots') {
    if (!Number.isInteger(size.dotsPerPixel) || size.dotsPerPixel < 1) {
      throw new HalftoneError(
        'invalid-argument',
        `Expected a whole number of 600 dpi dots per pixel, at least 1, got ${size.dotsPerPixel}.`,
      )
    }
    return { dotsPerPixel: size.dotsPerPixel, notes: [] }
  }
  if (!(size.width > 0)) {
    throw new HalftoneError('invalid-argument', `Expected an image width above 0 mm, got ${size.width}.`)
  }
  const dotsPerPixel = Math.max(1, Math.round(dotsOf(size.width) / imagePx.width))
  const printed = mmOf(dotsPerPixel * imagePx.width)
  const exact = Math.abs(printed - size.width) < 0.01
  return {
    dotsPerPixel,
    notes: exact
      ? []
      : [
          `Images are printed ${printed.toFixed(2)} mm wide instead of ${size.width} mm: ` +
            `${dotsPerPixel} whole dots of 1/600 inch per pixel.`,
        ],
  }
}
