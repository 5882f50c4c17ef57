/** The grid on which everything on a sheet stands: the native resolution of most printers, and of no camera. */
export const DOTS_PER_INCH = 600

const MM_PER_INCH = 25.4

/** Millimetres to the nearest whole dot of 1/600 inch. */
export function dotsOf(mm: number): number {
  return Math.round((mm / MM_PER_INCH) * DOTS_PER_INCH)
}

/** Dots of 1/600 inch in millimetres. */
export function mmOf(dots: number): number {
  return (dots * MM_PER_INCH) / DOTS_PER_INCH
}

/** An upright rectangle in dots, same axes as on the page in millimetres. */
export interface DotRect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
