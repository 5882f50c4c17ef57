import type { TextStyle } from '../text'
import { MM } from '../points'

/** The report's one scale of type sizes, in points. */
export const type = {
  title: { face: 'semibold', size: 20 },
  subtitle: { face: 'regular', size: 11, grey: 0.3 },
  heading: { face: 'semibold', size: 13 },
  body: { face: 'regular', size: 9.5 },
  label: { face: 'semibold', size: 8 },
  table: { face: 'regular', size: 8 },
  note: { face: 'regular', size: 7, grey: 0.3 },
  axis: { face: 'regular', size: 7, grey: 0.15 },
  code: { face: 'mono', size: 7.5 },
} as const satisfies Record<string, TextStyle>

/** Distance of baselines for a style, in points. */
export function leading({ size }: TextStyle): number {
  return size * (size > 12 ? 1.2 : 1.42)
}

export const margins = { side: 22 * MM, top: 20 * MM, bottom: 24 * MM, foot: 13 * MM }

/** Running text is no wider than this: some 85 characters. */
export const MEASURE = 140 * MM
