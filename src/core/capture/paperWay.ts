import type { SheetGeometry } from '#core/sheet/SheetGeometry'
import type { Raster } from '#core/tensor/Raster'
import type { CodeReader, ReadCode } from './CodeReader'
import { grayOf, unsharp } from './Gray'
import { homographyOf, type Homography } from './homography'
import { encodeCrop, rectify } from './rectify'
import type { SheetModel } from './SheetModel'
import type { PointPx } from './types'

/** Pixels a module, and modules of white around, in the patches that are read again. */
const pxPerModule = 8
const quietModules = 3

/**
 * Reads again the codes that the first look missed: each is rectified by the fit, sharpened, and handed to the reader.
 * Corners come back in picture pixels.
 */
export function readGuided(
  picture: Raster,
  model: SheetModel,
  sheet: SheetGeometry,
  known: readonly ReadCode[],
  reader: CodeReader,
): ReadCode[] {
  return sheet.codes.flatMap((code) => {
    if (known.some((other) => other.text === code.payload)) return []
    const module = code.box.width / code.modules.size
    const quiet = quietModules * module
    const box = {
      x: code.box.x - quiet,
      y: code.box.y - quiet,
      width: code.box.width + 2 * quiet,
      height: code.box.height + 2 * quiet,
    }
    const side = pxPerModule * (code.modules.size + 2 * quietModules)
    if (!isInside(model, box.x, box.y, box.width)) return []
    const crop = rectify(picture, (x, y) => model.project(x, y), box, { width: side, height: side })
    const gray = grayOf(encodeCrop(crop))
    const found = [gray, unsharp(gray, 2)]
      .flatMap((plane) => reader.read(plane))
      .find((other) => other.text === code.payload)
    if (!found) return []
    const toPicture = ({ x, y }: PointPx): PointPx =>
      model.project(box.x + (x / side) * box.width, box.y + (y / side) * box.height)
    const [a, b, c, d] = found.corners
    return [{ ...found, corners: [toPicture(a), toPicture(b), toPicture(c), toPicture(d)] as const }]
  })
}

function isInside(model: SheetModel, x: number, y: number, side: number): boolean {
  return [0, side].every((dy) =>
    [0, side].every((dx) => {
      const p = model.project(x + dx, y + dy)
      return p.x >= 0 && p.y >= 0 && p.x <= model.picture.width && p.y <= model.picture.height
    }),
  )
}

/**
 * The paper's way (Kurakin, Goodfellow and Bengio 2016, §3.1): one homography through the centres of the four codes, as
 * the reader gives them. The centre of a code that no reader could decode is taken from the fit, so that there is
 * a crop to compare; `codesRead` says how many were decoded, and the paper drops photos with fewer than four.
 */
export function paperHomography(
  sheet: SheetGeometry,
  codes: readonly ReadCode[],
  model: SheetModel,
): Homography | undefined {
  const from: PointPx[] = []
  const to: PointPx[] = []
  for (const code of sheet.codes) {
    const x = code.box.x + code.box.width / 2
    const y = code.box.y + code.box.height / 2
    const read = codes.find((other) => other.text === code.payload)
    from.push({ x, y })
    to.push(read ? crossing(read.corners) : model.project(x, y))
  }
  return homographyOf(from, to)
}

/** Where the diagonals cross: the centre of the code in any perspective. */
function crossing([a, b, c, d]: ReadCode['corners']): PointPx {
  const cross = (c.x - a.x) * (d.y - b.y) - (c.y - a.y) * (d.x - b.x)
  const t = ((b.x - a.x) * (d.y - b.y) - (b.y - a.y) * (d.x - b.x)) / cross
  return { x: a.x + t * (c.x - a.x), y: a.y + t * (c.y - a.y) }
}
