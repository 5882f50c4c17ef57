import type { Case, Setting } from '#contract/experiment'
import type { ImageResult, Score } from '#contract/results'
import type { CropKind } from '#contract/steps'
import { destructionRate, type DestructionRate } from '#core/metrics/destructionRate'
import { paperRate } from '#core/metrics/paperRates'
import { shareOf, type Share } from '#core/metrics/share'
import type { StoredPrediction } from './predictions'
import { epsilonOf } from './settings'

type Top = 'top1' | 'top5'

function both<R>(of: (top: Top) => R): { top1: R; top5: R } {
  return { top1: of('top1'), top5: of('top5') }
}

/** An image whose adversarial version was photographed; the clean one beside it may not have been. */
interface Photographed extends ImageResult {
  readonly crops: { readonly clean: StoredPrediction | null; readonly adversarial: StoredPrediction }
}

/**
 * Scores one setting in one case through one kind of crop. Only images whose adversarial crop was had are counted,
 * also before the print, so that every rate of a row is of the same images.
 */
export function scoreOf(
  setting: Setting,
  theCase: Case,
  crop: CropKind,
  results: readonly ImageResult[],
): Score {
  const ofCase = results.filter((result) => result.setting === setting.id && result.cases.includes(theCase))
  const photographed = ofCase.flatMap((result): Photographed[] => {
    const crops = result.photo[crop]
    return crops?.adversarial ? [{ ...result, crops: { ...crops, adversarial: crops.adversarial } }] : []
  })
  const cleanCrops = photographed.flatMap(({ crops }) => (crops.clean ? [crops.clean] : []))
  const epsilon = epsilonOf(setting)
  return {
    setting: setting.id,
    attack: setting.attack,
    params: setting.params,
    case: theCase,
    crop,
    images: ofCase.length,
    photographed: photographed.length,
    accuracy: {
      clean: {
        source: both((top) => rightOf(photographed, ({ source }) => source.clean[top])),
        photo: both((top) => rightOf(cleanCrops, (prediction) => prediction[top])),
      },
      adversarial: {
        source: both((top) => rightOf(photographed, ({ source }) => source.adversarial[top])),
        photo: both((top) => rightOf(photographed, ({ crops }) => crops.adversarial[top])),
      },
    },
    destruction: both((top) => destructionOf(photographed, top)),
    paper: epsilon === null ? null : (paperRate(setting.attack, epsilon)?.[theCase] ?? null),
  }
}

function rightOf<T>(items: readonly T[], right: (item: T) => boolean): Share {
  return shareOf(items, right)
}

function destructionOf(photographed: readonly Photographed[], top: Top): DestructionRate {
  return destructionRate(
    photographed.map(({ source, crops }) => ({
      clean: source.clean[top],
      adversarial: source.adversarial[top],
      transformed: crops.adversarial[top],
    })),
  )
}
