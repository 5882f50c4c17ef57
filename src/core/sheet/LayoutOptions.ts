import type { Orientation, PaperName } from './paper'

/** How large an image is printed: a whole number of 600 dpi dots to each of its pixels. */
export type PrintSize =
  | { readonly kind: 'dots'; readonly dotsPerPixel: number }
  /** The width of the printed image; rounded to whole dots per pixel, which the layout's notes say. */
  | { readonly kind: 'mm'; readonly width: number }

/** What a user chooses about a sheet. Lengths in millimetres. */
export interface LayoutOptions {
  readonly paper: PaperName
  readonly orientation: Orientation
  /** From the paper's edge to the modules of the codes. */
  readonly margin: number
  /** Pixels of each image. */
  readonly imagePx: { readonly width: number; readonly height: number }
  readonly size: PrintSize
  /** Pairs side by side in a row, or as many as fit. */
  readonly pairColumns: number | 'auto'
  /** Least distance between neighbouring images; it must hold a checker mark. */
  readonly gutter: number
  /** Least height of the band under an image, which holds its caption and, at its ends, the checker marks. */
  readonly caption: number
  /** Side of a QR code without its quiet zone, 22 to 26 mm; rounded to whole dots per module. */
  readonly code: number
}

/** The lengths that suit most printers, and the print size that suits a 128-pixel image and a 12-megapixel photo. */
export const layoutDefaults = {
  paper: 'A4',
  orientation: 'portrait',
  margin: 10,
  size: { kind: 'dots', dotsPerPixel: 5 },
  pairColumns: 'auto',
  gutter: 3.9,
  caption: 4.3,
  code: 22,
} as const satisfies Omit<LayoutOptions, 'imagePx'>

/** Side of a checker mark in dots: 3.56 mm, even so that its crossing is on the grid. */
export const MARK_DOTS = 84

/** Side of one ArUco module in dots: the marker is 13.97 mm wide. */
export const ARUCO_MODULE_DOTS = 55
