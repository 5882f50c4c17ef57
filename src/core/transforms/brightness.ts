import { mapLevels } from './mapLevels'
import type { Transform } from './Transform'

/** Adds a constant to every value. */
export const brightness: Transform = {
  title: 'Brightness',
  axis: 'added brightness (levels of 255)',
  help: 'Adds so many levels to every pixel, and clips at 0 and 255',
  min: -255,
  max: 255,
  strengths: [5, 10, 15, 20, 25, 30],
  apply: (images, strength) => Promise.resolve(mapLevels(images, (level) => level + strength)),
}
