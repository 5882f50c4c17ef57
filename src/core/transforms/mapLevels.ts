import type { ByteImages } from '../tensor/Images'

/** Sends every level 0..255 through a function; results are rounded to the nearest level and clipped. */
export function mapLevels(images: ByteImages, map: (level: number) => number): ByteImages {
  // Uint8ClampedArray rounds halves to even; levels are never negative halves, so Math.round decides.
  const table = Uint8ClampedArray.from({ length: 256 }, (_, level) => Math.round(map(level)))
  return { ...images, data: images.data.map((level) => table[level]!) }
}
