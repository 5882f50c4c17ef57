import type { Case } from '#contract/experiment'
import type { Adversarial, Generated, ImageList, ImageRecord } from '#contract/steps'
import { share, type Share } from '#core/metrics/share'

/** One image under one setting, with what the model says of both versions. */
export interface AttackedImage {
  readonly clean: ImageRecord
  readonly adversarial: Adversarial
  /** As of the top class: right when clean and wrong now; right in both; wrong from the start. */
  readonly verdict: 'fooled' | 'held' | 'wrong-from-start'
}

/** How a setting did in one case. */
export interface Success {
  /** Of the images that were right when clean, those that are wrong now. */
  readonly fooled: Share
  readonly images: number
  readonly wanted: number
  readonly searched: number
}

/** The images of a case, in the order in which they were chosen; none where a list is missing. */
export function attackedImages(
  generated: Generated | undefined,
  list: ImageList | undefined,
  inCase: Case,
): AttackedImage[] {
  if (!generated || !list) return []
  const cleanOf = new Map(list.images.map((record) => [record.image, record]))
  const adversarialOf = new Map(generated.images.map((record) => [record.image, record]))
  return (generated.cases[inCase]?.images ?? []).flatMap((image) => {
    const clean = cleanOf.get(image)
    const adversarial = adversarialOf.get(image)
    return clean && adversarial ? [{ clean, adversarial, verdict: verdictOf(clean, adversarial) }] : []
  })
}

function verdictOf(clean: ImageRecord, adversarial: Adversarial): AttackedImage['verdict'] {
  if (!clean.prediction.top1) return 'wrong-from-start'
  return adversarial.prediction.top1 ? 'held' : 'fooled'
}

/** Null where the setting was not made for this case. */
export function successOf(
  generated: Generated | undefined,
  list: ImageList | undefined,
  inCase: Case,
): Success | null {
  const selection = generated?.cases[inCase]
  if (!selection || !list) return null
  const images = attackedImages(generated, list, inCase)
  const right = images.filter(({ verdict }) => verdict !== 'wrong-from-start')
  const { wanted, searched } = selection
  return {
    fooled: share(right.filter(({ verdict }) => verdict === 'fooled').length, right.length),
    images: images.length,
    wanted,
    searched,
  }
}

export const filters = ['all', 'fooled', 'held', 'wrong-from-start'] as const
export type Filter = (typeof filters)[number]
export const sorts = ['order', 'confidence', 'true', 'distortion'] as const
export type Sort = (typeof sorts)[number]

/** The images that pass, sorted: ties keep the order of the draw. */
export function arranged(images: readonly AttackedImage[], filter: Filter, sort: Sort): AttackedImage[] {
  const kept = filter === 'all' ? [...images] : images.filter(({ verdict }) => verdict === filter)
  const rank: Record<Sort, (image: AttackedImage) => number> = {
    order: () => 0,
    confidence: ({ adversarial }) => -(adversarial.prediction.top[0]?.confidence ?? 0),
    true: ({ adversarial }) => -adversarial.prediction.trueConfidence,
    distortion: ({ adversarial }) => -adversarial.rms,
  }
  return kept.sort((a, b) => rank[sort](a) - rank[sort](b))
}
