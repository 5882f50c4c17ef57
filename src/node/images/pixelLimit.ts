import { HalftoneError } from '#core/errors'

/** Pictures of more pixels are refused: a 64 MP picture already takes 192 MB as RGB. */
export const maxPixels = 64_000_000

/** @throws HalftoneError `unsupported` when the picture has more than `limit` pixels. */
export function refuseLarge(width: number, height: number, name: string, limit = maxPixels): void {
  if (width * height <= limit) return
  throw new HalftoneError(
    'unsupported',
    `Expected at most ${limit / 1e6} megapixels, got ${width}x${height} (${((width * height) / 1e6).toFixed(1)} megapixels) in ${name}. Make it smaller first.`,
  )
}
