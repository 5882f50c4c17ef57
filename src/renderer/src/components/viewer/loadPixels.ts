import type { Picture } from '#contract/playground'

/** The exact 8-bit pixels of a picture, by its address or as they are. */
export async function loadPixels(source: string | Picture): Promise<ImageData> {
  if (typeof source !== 'string') return withAlpha(source)
  const reply = await fetch(source)
  if (!reply.ok) throw new Error(`The picture could not be read (${reply.status}).`)
  // No colour management: these pixels are data.
  const bitmap = await createImageBitmap(await reply.blob(), {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
  })
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d', {
    willReadFrequently: true,
  })!
  context.drawImage(bitmap, 0, 0)
  bitmap.close()
  return context.getImageData(0, 0, context.canvas.width, context.canvas.height)
}

function withAlpha({ width, height, rgb }: Picture): ImageData {
  const pixels = new ImageData(width, height)
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    pixels.data[to] = rgb[from]!
    pixels.data[to + 1] = rgb[from + 1]!
    pixels.data[to + 2] = rgb[from + 2]!
    pixels.data[to + 3] = 255
  }
  return pixels
}
