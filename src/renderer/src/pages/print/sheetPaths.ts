import type { CheckerMark, RectMm } from '#core/sheet/SheetGeometry'

/** The dark modules of a code or marker as path data in millimetres, a run of a row at a time. */
export function modulesPath(
  { x, y, width }: RectMm,
  { size, dark }: { readonly size: number; readonly dark: readonly boolean[] },
): string {
  const module = width / size
  let out = ''
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      if (!dark[row * size + column]) continue
      const from = column
      while (column + 1 < size && dark[row * size + column + 1]) column++
      const run = module * (column + 1 - from)
      out += `M${mm(x + from * module)} ${mm(y + row * module)}h${mm(run)}v${mm(module)}h${mm(-run)}z`
    }
  }
  return out
}

/** Checker marks as path data in millimetres. */
export function marksPath(marks: readonly CheckerMark[]): string {
  return marks
    .map(({ center: { x, y }, size }) => {
      const half = mm(size / 2)
      return `M${mm(x)} ${mm(y)}v-${half}h-${half}v${half}zh${half}v${half}h-${half}z`
    })
    .join('')
}

/** A bar with a tick at each centimetre, as path data. */
export function scaleBarPath(x: number, y: number, length: number): string {
  const ticks = Array.from({ length: length / 10 + 1 }, (_, i) => {
    const at = x + 10 * i
    return `M${mm(at)} ${mm(y)}v-${i % 5 === 0 ? 1.76 : 1.06}`
  })
  return `M${mm(x)} ${mm(y)}h${length}${ticks.join('')}`
}

function mm(value: number): number {
  return Math.round(value * 1e4) / 1e4
}
