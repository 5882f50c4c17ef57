import { HalftoneError } from '#core/errors'
import type { Corner } from './SheetGeometry'

/** Modules along a side of a 4x4 marker with its black border. */
export const ARUCO_MODULES = 6

/**
 * Markers 0 to 3 of OpenCV's DICT_4X4_50 (the first of DICT_4X4_100, _250 and _1000 too), row-major from the top
 * left, 1 is white.
 */
const BITS: readonly string[] = [
  '1011010100110010',
  '0000111110011010',
  '0011001100101101',
  '1001100101000110',
]

/** The marker that stands beside each corner's code, clockwise from the top left. */
export const ARUCO_ID: Readonly<Record<Corner, number>> = {
  'top-left': 0,
  'top-right': 1,
  'bottom-right': 2,
  'bottom-left': 3,
}

/** The corner a marker belongs to, or undefined for a marker that is not ours. */
export function cornerOfAruco(id: number): Corner | undefined {
  return (Object.keys(ARUCO_ID) as Corner[]).find((corner) => ARUCO_ID[corner] === id)
}

/** The 6 x 6 modules of a marker with its border, row-major, true is black. */
export function arucoModules(id: number): { readonly size: number; readonly dark: readonly boolean[] } {
  const bits = BITS[id]
  if (bits === undefined) {
    throw new HalftoneError(
      'invalid-argument',
      `Expected an ArUco id from 0 to ${BITS.length - 1}, got ${id}.`,
    )
  }
  const dark = Array.from({ length: ARUCO_MODULES * ARUCO_MODULES }, (_, i) => {
    const row = Math.floor(i / ARUCO_MODULES) - 1
    const column = (i % ARUCO_MODULES) - 1
    const inside = row >= 0 && row < 4 && column >= 0 && column < 4
    return !inside || bits[row * 4 + column] === '0'
  })
  return { size: ARUCO_MODULES, dark }
}
