import { mmOf } from './dots'
import { sheetFrame } from './frame'
import type { LayoutOptions } from './LayoutOptions'
import { pairsThatFit } from './pairGrid'
import { paperNames } from './paper'

type Size = Readonly<{ width: number; height: number }>

/** Says why a layout does not fit and each single change that would make it fit, with numbers. */
export function explainNoFit(
  options: LayoutOptions,
  dotsPerPixel: number,
  area: Size,
  fit: { readonly columns: number; readonly rows: number },
): string {
  const columns = options.pairColumns === 'auto' ? 1 : options.pairColumns
  const { width, height } = options.imagePx
  const fits = (room: Size, dots: number, wanted: number): boolean => {
    const found = pairsThatFit(room, { width: width * dots, height: height * dots }, options)
    return found.columns >= wanted && found.rows >= 1
  }
  const mm = (dots: number): string => mmOf(dots).toFixed(1)
  const advice: string[] = []
  let smaller = dotsPerPixel - 1
  while (smaller >= 1 && !fits(area, smaller, columns)) smaller--
  if (smaller >= 1) {
    advice.push(`print images at ${smaller} dots per pixel (${mm(smaller * width)} mm wide)`)
  }
  if (columns > 1 && fit.columns >= 1 && fit.rows >= 1) {
    advice.push(`use at most ${fit.columns} pair ${fit.columns === 1 ? 'column' : 'columns'}`)
  }
  const roomOf = (change: Partial<LayoutOptions>): Size => sheetFrame({ ...options, ...change }).grid
  const margins = Array.from({ length: 20 }, (_, i) => options.margin - (i + 1) / 2).filter((m) => m >= 5)
  const margin = margins.find((m) => fits(roomOf({ margin: m }), dotsPerPixel, columns))
  if (margin !== undefined) advice.push(`set the margin to ${margin} mm`)
  for (const paper of paperNames) {
    for (const orientation of ['portrait', 'landscape'] as const) {
      if (paper === options.paper && orientation === options.orientation) continue
      if (fits(roomOf({ paper, orientation }), dotsPerPixel, columns)) {
        advice.push(`use ${paper} ${orientation}`)
      }
    }
  }
  const need = `${columns} ${columns === 1 ? 'pair' : 'pairs'} of ${mm(width * dotsPerPixel)} x ${mm(height * dotsPerPixel)} mm images side by side`
  return (
    `${need} do not fit into the ${mm(area.width)} x ${mm(area.height)} mm that ${options.paper} ` +
    `${options.orientation} leaves between codes and margins. ` +
    (advice.length > 0
      ? `To make them fit: ${advice.join(', or ')}.`
      : 'Scale the images down first: no paper, margin or print size holds them.')
  )
}
