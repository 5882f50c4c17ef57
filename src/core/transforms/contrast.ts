import { mapLevels } from './mapLevels'
import type { Transform } from './Transform'

/**
 * Stretches values about the middle grey. The strength is a contrast correction in levels, as picture editors count it:
 * C gives the factor 259 (C + 255) / (255 (259 - C)), which is 1 at 0, and 255 levels make a picture of pure steps.
 */
export const contrast: Transform = {
  title: 'Contrast',
  axis: 'contrast correction (levels of 255)',
  help: 'Multiplies the distance from middle grey by 259 (C + 255) / (255 (259 - C)), and clips at 0 and 255',
  min: -255,
  max: 255,
  strengths: [5, 10, 15, 20, 25, 30],
  apply(images, strength) {
    const factor = (259 * (strength + 255)) / (255 * (259 - strength))
    return Promise.resolve(mapLevels(images, (level) => 128 + factor * (level - 128)))
  },
}
