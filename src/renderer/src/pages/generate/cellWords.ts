import type { Case } from '#contract/experiment'
import { plural, spelled } from '#core/report/format'
import type { Success } from './success'

/** What a cell of the matrix says. */
export interface CellWords {
  readonly head: string
  readonly line: string
  readonly tooltip: string
  /** Length of the bar, 0..1; null for none. */
  readonly share: number | null
}

/**
 * In the average case the share of images that were right and are now wrong. Prefiltered images are all fooled, since
 * that is how they were chosen: there it counts how many were found, and among how many.
 */
export function cellWords(success: Success | null, inCase: Case): CellWords {
  if (!success) return { head: '–', line: '', tooltip: 'not made for this case', share: null }
  const { fooled, images, wanted, searched } = success
  if (inCase === 'prefiltered') {
    return {
      head: `${images} of ${wanted}`,
      line: `found in ${searched}`,
      tooltip: `${images} of ${plural(wanted, 'image')} found among ${searched} that were looked at: right when clean, wrong when adversarial, both with confidence`,
      share: wanted > 0 ? images / wanted : null,
    }
  }
  const wrong = images - fooled.of
  const rest = wrong > 0 ? `; ${plural(wrong, 'image')} wrong from the start` : ''
  return {
    head: fooled.rate === null ? '–' : `${Math.round(fooled.rate * 100)} %`,
    line: `${fooled.count} of ${fooled.of} fooled`,
    tooltip: `fooled ${spelled(fooled)} of those that were right when clean${rest}`,
    share: fooled.rate,
  }
}
