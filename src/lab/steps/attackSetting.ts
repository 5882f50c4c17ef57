import type { Experiment, Setting } from '#contract/experiment'
import type { Adversarial, Generated, Selection } from '#contract/steps'
import { pixelsPerImage, sliceImages, concatImages, type ByteImages } from '#core/tensor/Images'
import type { ImageOutcome } from '#core/attacks/outcome'
import type { ImagePool, PooledImage } from '../ImagePool'
import { paths } from '#contract/paths'
import { sixDigits, stored } from '../predictions'
import { isConfident, searchLimit, surelyRight, unionOf } from '../selection'
import type { StepContext } from '../StepContext'
import type { EngineModel } from '../ports/Engine'

/** One adversarial image with its record. */
export interface MadeImage {
  readonly clean: PooledImage
  readonly image: ByteImages
  readonly record: Adversarial
}

export interface MadeSetting {
  readonly generated: Generated
  readonly images: readonly MadeImage[]
}

/** Further images are attacked in blocks of this many until enough qualify. */
const searchBlock = 32

/**
 * Attacks the images of each case with one setting. The average case takes the first images of the random order. The
 * prefiltered case takes the first that qualify, searching on through the source up to the experiment's limit.
 */
export async function attackSetting(
  experiment: Experiment,
  setting: Setting,
  pool: ImagePool,
  model: EngineModel,
  context: Pick<StepContext, 'signal'>,
  onProgress: (fraction: number) => void,
): Promise<MadeSetting> {
  const { cases, count, prefilter } = experiment
  const made = new Map<number, MadeImage>()
  const limit = searchLimit(experiment)
  // The search begins again at the first image, most of which are attacked by then: progress never goes back.
  let furthest = 0
  const advance = (fraction: number): void => {
    furthest = Math.max(furthest, fraction)
    onProgress(furthest)
  }
  const attack = async (images: readonly PooledImage[], from: number, to: number): Promise<void> => {
    const fresh = images.filter(({ number }) => !made.has(number))
    if (fresh.length === 0) return
    const outcome = await model.attack(
      {
        attack: setting.attack,
        params: setting.params,
        images: concatImages(fresh.map(({ image }) => image)),
        labels: fresh.map(({ label }) => label),
        seed: `${experiment.seed}/${setting.id}`,
        keys: fresh.map(({ number }) => String(number)),
      },
      {
        signal: context.signal,
        onProgress: ({ fraction }) => {
          advance((from + fraction * (to - from)) / limit)
        },
      },
    )
    fresh.forEach((clean, i) => {
      const image = sliceImages(outcome.images, i, i + 1)
      made.set(clean.number, {
        clean,
        image,
        record: recordOf(setting, clean, outcome.results[i]!, experiment),
      })
    })
  }

  const selections: { average?: Selection; prefiltered?: Selection } = {}
  if (cases.includes('average')) {
    const images = await pool.first(count)
    await attack(images, 0, Math.min(count, limit))
    selections.average = {
      images: images.map(({ number }) => number),
      wanted: count,
      searched: images.length,
    }
  }
  if (cases.includes('prefiltered')) {
    const found: number[] = []
    let searched = 0
    while (found.length < count && searched < limit) {
      const images = (await pool.first(Math.min(searched + searchBlock, limit))).slice(searched)
      if (images.length === 0) break
      const candidates = images.filter(({ prediction }) => surelyRight(prediction, prefilter.confidence))
      await attack(candidates, searched, searched + images.length)
      for (const { number, prediction } of images) {
        searched++
        const adversarial = made.get(number)?.record.prediction
        if (!adversarial || !isConfident(prediction, adversarial, prefilter.confidence)) continue
        found.push(number)
        if (found.length === count) break
      }
    }
    selections.prefiltered = { images: found, wanted: count, searched }
  }
  onProgress(1)

  const used = unionOf(selections).map((number) => made.get(number)!)
  return {
    images: used,
    generated: {
      setting: setting.id,
      attack: setting.attack,
      params: setting.params,
      cases: selections,
      images: used.map(({ record }) => record),
    },
  }
}

function recordOf(
  setting: Setting,
  clean: PooledImage,
  { target, adversarial, distances }: ImageOutcome,
  { model }: Experiment,
): Adversarial {
  return {
    image: clean.number,
    file: paths.adversarialImage(setting.id, clean.number, model.classes[clean.label]!),
    target: target ?? null,
    prediction: stored(adversarial),
    linf: distances.linf,
    rms: sixDigits(distances.l2 / Math.sqrt(pixelsPerImage(model.input))),
  }
}
