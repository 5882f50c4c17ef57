import { brightness } from './brightness'
import { contrast } from './contrast'
import { gaussianBlur } from './gaussianBlur'
import { gaussianNoise } from './gaussianNoise'
import { jpeg } from './jpeg'
import type { Transform } from './Transform'

/** The effects of the transformation study (Kurakin 2016, section 5). A new effect is a file and a line here. */
export const transforms = {
  brightness,
  contrast,
  'gaussian-blur': gaussianBlur,
  'gaussian-noise': gaussianNoise,
  jpeg,
} as const satisfies Record<string, Transform>

export type TransformId = keyof typeof transforms
