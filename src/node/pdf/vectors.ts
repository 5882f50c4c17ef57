import { arucoModules } from '#core/sheet/aruco'
import { dotsOf, mmOf } from '#core/sheet/dots'
import type { CheckerMark, RectMm, SheetGeometry } from '#core/sheet/SheetGeometry'
import { gridPoints } from './points'

/**
 * Content stream operators for the black and coloured areas of a sheet, in points from the top left. The squares of one
 * code make one path: filled one by one, viewers that smooth edges would show hairlines between them. The colour is put
 * back afterwards, for pdfkit writes a colour space only when it thinks that it changed.
 */
export function codeContent(codes: SheetGeometry['codes']): string {
  return ['q 0 g', ...codes.flatMap(({ box, modules }) => [...squares(box, modules), 'f']), 'Q'].join('\n')
}

/** Everything that is the same on all sheets of a layout: markers, checker marks, patches. */
export function fixedContent(geometry: SheetGeometry): string {
  const black = ['0 g']
  for (const { id, box } of geometry.aruco) black.push(...squares(box, arucoModules(id)), 'f')
  for (const mark of geometry.marks) black.push(...checker(mark))
  if (geometry.marks.length > 0) black.push('f')
  const patches = geometry.patches.map(({ box, rgb }) => {
    const colour = rgb.map((value) => String(Math.round((value / 255) * 1e5) / 1e5)).join(' ')
    return `${colour} rg ${rectangle(box)} f`
  })
  return [...black, ...patches].join('\n')
}

/** Runs of dark modules, a row at a time. */
function squares(
  box: RectMm,
  { size, dark }: { readonly size: number; readonly dark: readonly boolean[] },
): string[] {
  const module = mmOf(dotsOf(box.width) / size)
  const out: string[] = []
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      if (!dark[row * size + column]) continue
      const from = column
      while (column + 1 < size && dark[row * size + column + 1]) column++
      out.push(
        rectangle({
          x: box.x + from * module,
          y: box.y + row * module,
          width: (column - from + 1) * module,
          height: module,
        }),
      )
    }
  }
  return out
}

function checker({ center, size }: CheckerMark): string[] {
  const half = size / 2
  return [
    rectangle({ x: center.x - half, y: center.y - half, width: half, height: half }),
    rectangle({ x: center.x, y: center.y, width: half, height: half }),
  ]
}

function rectangle({ x, y, width, height }: RectMm): string {
  return `${gridPoints(x)} ${gridPoints(y)} ${gridPoints(width)} ${gridPoints(height)} re`
}
