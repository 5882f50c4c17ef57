/** A point on the page in millimetres: origin at the top left corner of the paper, x to the right, y down. */
export interface PointMm {
  readonly x: number
  readonly y: number
}

/** An upright rectangle on the page in millimetres. */
export interface RectMm extends PointMm {
  readonly width: number
  readonly height: number
}

export type Corner = 'top-left' | 'top-right' | 'bottom-right' | 'bottom-left'

/** One QR code: the square of its modules without the quiet zone. */
export interface SheetCode {
  readonly corner: Corner
  readonly box: RectMm
  /** The text in the code: see payload.ts. */
  readonly payload: string
  /** Row-major, `size * size` modules, true is black. */
  readonly modules: { readonly size: number; readonly dark: readonly boolean[] }
}

/** A two-by-two checker, black at top left and bottom right; its crossing is the point that is measured. */
export interface CheckerMark {
  readonly center: PointMm
  readonly size: number
}

/** A square fiducial of ArUco's 4x4 dictionary, without its quiet zone. */
export interface ArucoMark {
  readonly id: number
  readonly corner: Corner
  readonly box: RectMm
}

/** A patch of known colour, 8-bit sRGB. */
export interface ColourPatch {
  readonly box: RectMm
  readonly rgb: readonly [number, number, number]
}

/** Where one image stands. Slots come in pairs: clean on the left, adversarial on the right. */
export interface ImageSlot {
  readonly pair: number
  readonly role: 'clean' | 'adversarial'
  readonly box: RectMm
}

/** Where everything on one sheet stands: shared by the writer, the simulator's truth and the capture. */
export interface SheetGeometry {
  readonly paper: { readonly name: string; readonly width: number; readonly height: number }
  readonly codes: readonly SheetCode[]
  readonly aruco: readonly ArucoMark[]
  readonly marks: readonly CheckerMark[]
  readonly patches: readonly ColourPatch[]
  readonly slots: readonly ImageSlot[]
  /** Pixels of each placed image. */
  readonly image: { readonly width: number; readonly height: number }
}
