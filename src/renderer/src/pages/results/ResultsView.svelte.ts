import type { Case } from '#contract/experiment'
import type { ImageResult, Score } from '#contract/results'
import type { CropKind } from '#contract/steps'

/** What became of one adversarial image on its way through print and photo. */
export type Fate = 'survived' | 'destroyed' | 'held' | 'clean-wrong' | 'no-crop'

export const fateTitles: Record<Fate, string> = {
  survived: 'survived',
  destroyed: 'destroyed',
  held: 'never fooled',
  'clean-wrong': 'wrong from the start',
  'no-crop': 'no crop',
}

export const fateHelp: Record<Fate, string> = {
  survived: 'Right when clean, wrong when adversarial, and still wrong in the photo.',
  destroyed: 'Right when clean, wrong when adversarial, but right again in the photo.',
  held: 'The attack did not fool the model even before the print.',
  'clean-wrong': 'The model gets the clean image wrong: it counts for no attack.',
  'no-crop': 'No photo gave a crop of this image.',
}

export const cropTitles: Record<CropKind, string> = {
  paper: 'the paper’s crop',
  'paper-corrected': 'the paper’s crop, colours corrected',
  refined: 'the refined crop',
  'refined-corrected': 'the refined crop, colours corrected',
}

export const caseTitles: Record<Case, string> = { average: 'Average case', prefiltered: 'Prefiltered case' }

/** Kurakin 2016, equation 1, for one image: which side of the fraction it stands on. */
export function fateOf(result: ImageResult, crop: CropKind, top: 'top1' | 'top5'): Fate {
  if (!result.source.clean[top]) return 'clean-wrong'
  if (result.source.adversarial[top]) return 'held'
  const photo = result.photo[crop]?.adversarial
  if (!photo) return 'no-crop'
  return photo[top] ? 'destroyed' : 'survived'
}

/** What is looked at on the results page. */
export class ResultsView {
  case = $state.raw<Case>('average')
  crop = $state.raw<CropKind>('refined')
  top = $state.raw<'top1' | 'top5'>('top1')
  /** The setting whose images are shown; null for none. */
  setting = $state.raw<string | null>(null)

  /** The scores of the case and crop, in the settings' order. */
  rows(scores: readonly Score[], order: readonly string[]): Score[] {
    return scores
      .filter((score) => score.case === this.case && score.crop === this.crop)
      .sort((a, b) => order.indexOf(a.setting) - order.indexOf(b.setting))
  }
}

/** The order in which fates are listed: what survived first. */
const order: readonly Fate[] = ['survived', 'destroyed', 'held', 'clean-wrong', 'no-crop']

/** Images of one setting and case with their fates, what survived first, the surest first among them. */
export function byFate(
  results: readonly ImageResult[],
  view: Pick<ResultsView, 'case' | 'crop' | 'top' | 'setting'>,
): { readonly result: ImageResult; readonly fate: Fate }[] {
  const confidence = (result: ImageResult): number =>
    result.photo[view.crop]?.adversarial?.top[0]?.confidence ?? 0
  return results
    .filter(({ setting, cases }) => setting === view.setting && cases.includes(view.case))
    .map((result) => ({ result, fate: fateOf(result, view.crop, view.top) }))
    .sort(
      (a, b) => order.indexOf(a.fate) - order.indexOf(b.fate) || confidence(b.result) - confidence(a.result),
    )
}
