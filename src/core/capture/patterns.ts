import type { RectMm, SheetGeometry } from '#core/sheet/SheetGeometry'
import { arucoModules } from '#core/sheet/aruco'

/** A square of black and white modules that stands on white paper: a code, a marker, or a checker. */
export interface Pattern {
  readonly box: RectMm
  /** Modules along a side. */
  readonly size: number
  /** Row-major, true is black. */
  readonly dark: readonly boolean[]
}

/** A part of a pattern whose place in the picture is measured as one point. */
export interface Patch {
  readonly kind: 'code' | 'aruco' | 'mark'
  /** Index into the sheet's codes, ArUco marks or checkers. */
  readonly owner: number
  readonly pattern: Pattern
  readonly center: { readonly x: number; readonly y: number }
  /** Half the side of the square that is compared, millimetres. */
  readonly half: number
  /** The side of one module, millimetres. */
  readonly module: number
}

/** A code is measured in three by three blocks, so that curl within it is seen. */
const codeBlocks = 3

export function codePatches(sheet: SheetGeometry): Patch[] {
  return sheet.codes.flatMap((code, owner) =>
    blocks('code', owner, { box: code.box, size: code.modules.size, dark: code.modules.dark }, codeBlocks),
  )
}

/** Everything on the sheet that is the same on all sheets of its layout. */
export function markPatches(sheet: SheetGeometry): Patch[] {
  const markers = sheet.aruco.flatMap((mark, owner) => {
    const { size, dark } = arucoModules(mark.id)
    return blocks('aruco', owner, { box: mark.box, size, dark }, 2)
  })
  const checkers = sheet.marks.flatMap((mark, owner) => {
    const box = {
      x: mark.center.x - mark.size / 2,
      y: mark.center.y - mark.size / 2,
      width: mark.size,
      height: mark.size,
    }
    return blocks('mark', owner, { box, size: 2, dark: [true, false, false, true] }, 1)
  })
  return [...markers, ...checkers]
}

function blocks(kind: Patch['kind'], owner: number, pattern: Pattern, across: number): Patch[] {
  const side = pattern.box.width / across
  const module = pattern.box.width / pattern.size
  // The outer edges are edges too: look a little beyond them into the quiet zone.
  const beyond = Math.min(0.5, 0.5 * module)
  const out: Patch[] = []
  for (let row = 0; row < across; row++) {
    for (let column = 0; column < across; column++) {
      out.push({
        kind,
        owner,
        pattern,
        module,
        center: { x: pattern.box.x + (column + 0.5) * side, y: pattern.box.y + (row + 0.5) * side },
        half: side / 2 + beyond,
      })
    }
  }
  return out
}
