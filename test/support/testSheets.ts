import { layoutDefaults, type LayoutOptions } from '#core/sheet/LayoutOptions'
import { layoutSheets } from '#core/sheet/layoutSheets'
import type { SheetGeometry } from '#core/sheet/SheetGeometry'

/** Sheets of 128-pixel images in the default layout. */
export function testSheets(
  pages: number,
  experiment = 'TEST01',
  options: Partial<LayoutOptions> = {},
): SheetGeometry[] {
  const full: LayoutOptions = { ...layoutDefaults, imagePx: { width: 128, height: 128 }, ...options }
  const one = layoutSheets({ options: full, experiment, pairs: 1 }).layout.pairsPerSheet
  return layoutSheets({ options: full, experiment, pairs: pages * one }).sheets.map((sheet) => sheet.geometry)
}
