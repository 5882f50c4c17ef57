import type { NotLocated } from './fitSheet'
import type { RefusedSheet } from './types'

export function nothingFound(byHand: boolean): RefusedSheet {
  return {
    reason: 'no-sheet',
    message: byHand
      ? 'No sheet was found at the corners given. Point at the four corners again, going round the sheet.'
      : 'No sheet was found in this photo. All four codes should be in the picture, sharp and evenly lit; or give the corners by hand.',
  }
}

/** In words: what was seen of a sheet that did not pass the gate. */
export function explainNotLocated({ reason, marks, codeCorrelation }: NotLocated): RefusedSheet {
  if (reason === 'not-identified') {
    return {
      reason,
      message:
        `A sheet was found, but its codes match none of this experiment's sheets (correlation ${Math.max(0, codeCorrelation).toFixed(2)}, ` +
        'more than 0.50 expected). It belongs to another experiment, or the codes are covered or too blurred.',
    }
  }
  return {
    reason,
    message:
      `A sheet was found, but only ${marks.found} of its ${marks.visible} marks in the picture are where a sheet has them; more than 60 % are needed. ` +
      'Photograph the whole sheet, flat and sharp, or give the corners by hand.',
  }
}
