import { HalftoneError } from '#core/errors'
import { layoutSheet } from './layoutSheet'
import { encodePayload, MAX_SHEETS } from './payload'
import { qrModules } from './qr'
import type { LaidSheet, SheetLayout, SheetPlan } from './SheetLayout'

/**
 * Splits pairs over sheets, in order, each with codes that name its experiment, number and corners. The last sheet has
 * only its own slots but all its marks.
 */
export function layoutSheets(plan: SheetPlan): {
  readonly layout: SheetLayout
  readonly sheets: readonly LaidSheet[]
} {
  if (!Number.isInteger(plan.pairs) || plan.pairs < 1) {
    throw new HalftoneError(
      'invalid-argument',
      `Expected at least one pair to lay on sheets, got ${plan.pairs}.`,
    )
  }
  const layout = layoutSheet(plan.options)
  const each = layout.pairsPerSheet
  const count = Math.ceil(plan.pairs / each)
  if (count > MAX_SHEETS) {
    throw new HalftoneError(
      'does-not-fit',
      `${plan.pairs} pairs need ${count} sheets, and codes number ${MAX_SHEETS}. Split the experiment.`,
    )
  }
  const sheets = Array.from({ length: count }, (_, sheet) => laySheet(layout, plan, sheet))
  return { layout, sheets }
}

/** One sheet of a plan by itself, for who looks at one at a time. @param sheet from 0 */
export function laySheet(
  layout: SheetLayout,
  { experiment, pairs: all }: Pick<SheetPlan, 'experiment' | 'pairs'>,
  sheet: number,
): LaidSheet {
  const firstPair = sheet * layout.pairsPerSheet
  const pairs = Math.min(layout.pairsPerSheet, all - firstPair)
  return {
    sheet,
    firstPair,
    pairs,
    captions: layout.captions.slice(0, 2 * pairs),
    geometry: {
      ...layout.template,
      codes: layout.template.codes.map((code) => {
        const payload = encodePayload({ experiment, sheet, corner: code.corner })
        return { ...code, payload, modules: qrModules(payload) }
      }),
      slots: layout.template.slots
        .slice(0, 2 * pairs)
        .map((slot) => ({ ...slot, pair: firstPair + slot.pair })),
    },
  }
}
