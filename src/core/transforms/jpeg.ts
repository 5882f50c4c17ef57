import { concatImages } from '../tensor/Images'
import { imagesOf, rasterOf } from '../tensor/Raster'
import type { Transform } from './Transform'

/** Saves every image as JPEG and reads it again. */
export const jpeg: Transform = {
  title: 'JPEG',
  axis: 'JPEG quality',
  help: 'Quality of the file as libjpeg counts it: lower is stronger',
  min: 1,
  max: 100,
  strengths: [95, 85, 70, 50, 30, 10],
  async apply(images, strength, context) {
    if (images.count === 0) return images
    const channels = images.channels === 1 ? 1 : 3
    const out = []
    for (let i = 0; i < images.count; i++) {
      const picture = await context.jpeg(rasterOf(images, i), strength)
      out.push(imagesOf([picture], channels))
    }
    return concatImages(out)
  },
}
