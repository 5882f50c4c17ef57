import type { Checked, Output } from '#contract/commands'
import type { Experiment, Setting } from '#contract/experiment'
import { studySchema, type Study, type StudyPoint } from '#contract/results'
import { HalftoneError, throwIfCancelled } from '#core/errors'
import { destructionRate } from '#core/metrics/destructionRate'
import { shareOf } from '#core/metrics/share'
import { concatImages, sliceImages, type ByteImages } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { transforms, type TransformId } from '#core/transforms/index'
import type { Transform } from '#core/transforms/Transform'
import { writeDocument } from '../documents'
import { ImagePool } from '../ImagePool'
import { inParallel } from '../inParallel'
import { withModel } from '../openModel'
import { paths } from '#contract/paths'
import { predict, stored, type StoredPrediction } from '../predictions'
import { studyCsv } from '../resultTables'
import { chosenSettings, settingTitle, strongest } from '../settings'
import type { StepContext } from '../StepContext'
import { markStep } from '../stepStates'
import type { EngineModel } from '../ports/Engine'

/** A set of images with one prediction each: the clean ones, or those of one setting. */
interface StudiedSet {
  readonly images: ByteImages
  readonly predictions: readonly StoredPrediction[]
}

interface StudyTransform extends Transform {
  readonly id: TransformId
}

const studyTransforms = Object.entries<Transform>(transforms).map(([id, transform]): StudyTransform => ({
  ...transform,
  id: id as TransformId,
}))

type Top = 'top1' | 'top5'

/**
 * Kurakin 2016, section 5: in the place of print and photo stands one transformation at a time, at rising strength,
 * and the destruction rate is drawn against it. Works on the first images of the experiment's random order, and needs
 * none of the other steps.
 */
export async function study(input: Checked<'study'>, context: StepContext): Promise<Output<'study'>> {
  await using writer = await context.ports.store.edit(input.experiment)
  const { experiment } = writer
  const settings = input.settings
    ? chosenSettings(experiment.settings, input.settings)
    : strongest(experiment.settings)
  const made = await withModel(context.ports, experiment, (model) =>
    studyWith(model, experiment, settings, input.count ?? experiment.count, context),
  )
  await writer.write('results/study.csv', studyCsv(made.points))
  await writeDocument(writer, paths.study, studySchema, made)
  await markStep(writer, 'studied', 1, 1, context)
  return made
}

async function studyWith(
  model: EngineModel,
  experiment: Experiment,
  settings: readonly Setting[],
  count: number,
  context: StepContext,
): Promise<Study> {
  const source = await context.ports.openImages(experiment.images, experiment.model, experiment.seed)
  const pooled = await new ImagePool(source, model, context).first(count)
  if (pooled.length === 0)
    throw new HalftoneError('not-found', 'The experiment has no image that can be read.')
  if (pooled.length < count)
    context.notice(`The images are only ${pooled.length}, where ${count} were asked for.`)
  const labels = pooled.map(({ label }) => label)
  const clean: StudiedSet = {
    images: concatImages(pooled.map(({ image }) => image)),
    predictions: pooled.map(({ prediction }) => prediction),
  }
  const strengths = studyTransforms.reduce((sum, transform) => sum + transform.strengths.length, 0)
  // Attacks are counted as much as classifying once per setting and strength, which is near enough for a progress bar.
  const total = settings.length + strengths * (settings.length + 1)
  let done = 0
  const tick = (phase: string): void => {
    context.progress(phase, ++done, total)
  }

  const attacked: { setting: Setting; set: StudiedSet }[] = []
  for (const setting of settings) {
    const outcome = await model.attack(
      {
        attack: setting.attack,
        params: setting.params,
        images: clean.images,
        labels,
        seed: `${experiment.seed}/${setting.id}`,
        keys: pooled.map(({ number }) => String(number)),
      },
      { signal: context.signal },
    )
    const predictions = outcome.results.map(({ adversarial }) => stored(adversarial))
    attacked.push({ setting, set: { images: outcome.images, predictions } })
    tick(settingTitle(setting))
  }

  const points: StudyPoint[] = []
  for (const transform of studyTransforms) {
    for (const strength of transform.strengths) {
      throwIfCancelled(context.signal)
      const through = async (set: StudiedSet): Promise<StoredPrediction[]> => {
        const images = await transformed(set.images, transform, strength, experiment.seed, context)
        const predictions = await predict(model, images, labels, { signal: context.signal })
        tick(`${transform.title}, ${strength}`)
        return predictions
      }
      const cleanAfter = await through(clean)
      for (const { setting, set } of attacked) {
        const after = await through(set)
        points.push(pointOf(transform, strength, setting, { clean, cleanAfter, set, after }))
      }
    }
  }
  return {
    images: pooled.length,
    transforms: studyTransforms.map(({ id, title, axis, strengths }) => ({ id, title, axis, strengths })),
    points,
  }
}

/** Every image after the transformation; noise is drawn for each image and strength by name, the same for every setting. */
async function transformed(
  images: ByteImages,
  transform: StudyTransform,
  strength: number,
  seed: string,
  { ports }: StepContext,
): Promise<ByteImages> {
  const numbers = Array.from({ length: images.count }, (_, i) => i)
  const parts = await inParallel(numbers, 4, (i) => {
    const random = new Random(`${seed}/study/${transform.id}/${strength}/${i}`)
    const context = { random, jpeg: ports.pictures.throughJpeg }
    return transform.apply(sliceImages(images, i, i + 1), strength, context)
  })
  return concatImages(parts)
}

function pointOf(
  transform: StudyTransform,
  strength: number,
  setting: Setting,
  seen: {
    readonly clean: StudiedSet
    readonly cleanAfter: readonly StoredPrediction[]
    readonly set: StudiedSet
    readonly after: readonly StoredPrediction[]
  },
): StudyPoint {
  const destruction = (top: Top): StudyPoint['destruction'][Top] =>
    destructionRate(
      seen.after.map((prediction, i) => ({
        clean: seen.clean.predictions[i]![top],
        adversarial: seen.set.predictions[i]![top],
        transformed: prediction[top],
      })),
    )
  return {
    transform: transform.id,
    strength,
    setting: setting.id,
    attack: setting.attack,
    destruction: { top1: destruction('top1'), top5: destruction('top5') },
    clean: {
      top1: shareOf(seen.cleanAfter, ({ top1 }) => top1),
      top5: shareOf(seen.cleanAfter, ({ top5 }) => top5),
    },
  }
}
