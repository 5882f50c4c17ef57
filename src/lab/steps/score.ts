import type { Checked, Output } from '#contract/commands'
import type { Case, Experiment } from '#contract/experiment'
import { imageResultListSchema, scoreListSchema, type ImageResult } from '#contract/results'
import {
  cropKinds,
  generatedSchema,
  imageListSchema,
  sheetListSchema,
  type Crop,
  type CropKind,
  type Generated,
  type ImageRecord,
  type Role,
} from '#contract/steps'
import { throwIfCancelled } from '#core/errors'
import { imagesOf } from '#core/tensor/Raster'
import { capturedSheet } from '../captured'
import { readDocument, writeDocument } from '../documents'
import { inParallel } from '../inParallel'
import { withModel } from '../openModel'
import { paths } from '#contract/paths'
import { predict, type StoredPrediction } from '../predictions'
import { accuracyCsv, destructionCsv, imagesCsv } from '../resultTables'
import { scoreOf } from '../scoring'
import type { StepContext } from '../StepContext'
import { markStep, requireStep } from '../stepStates'
import type { EngineModel } from '../ports/Engine'
import type { ExperimentFolder } from '../ports/ExperimentStore'

/** One file to classify. */
interface CropFile {
  readonly key: string
  readonly file: string
  readonly label: number
}

const block = 64

/** Classifies every crop that there is and scores it: see {@link scoreOf}. Sheets without photos count as not photographed. */
export async function score(input: Checked<'score'>, context: StepContext): Promise<Output<'score'>> {
  await using writer = await context.ports.store.edit(input.experiment)
  requireStep(writer, 'captured', false)
  const { experiment } = writer
  const images = new Map(
    (await readDocument(writer, paths.images, imageListSchema)).images.map((record) => [
      record.image,
      record,
    ]),
  )
  const crops = await cropsOf(writer, context)
  const files = crops.flatMap((crop) => filesOf(crop, images))
  const predictions = await withModel(context.ports, experiment, (model) =>
    classify(files, model, writer, context),
  )

  const results: ImageResult[] = []
  for (const setting of experiment.settings) {
    const generated = await readDocument(writer, paths.setting(setting.id), generatedSchema)
    for (const adversarial of generated.images) {
      results.push({
        setting: setting.id,
        image: adversarial.image,
        label: images.get(adversarial.image)!.label,
        cases: casesOf(generated, adversarial.image),
        source: {
          clean: images.get(adversarial.image)!.prediction,
          adversarial: adversarial.prediction,
        },
        photo: photoOf(setting.id, adversarial.image, predictions),
      })
    }
  }
  const list = { scores: allScores(experiment, results) }
  await writeDocument(writer, paths.imageResults, imageResultListSchema, { images: results })
  await writer.write('results/images.csv', imagesCsv(results, experiment.model.classes))
  await writer.write('results/destruction.csv', destructionCsv(list.scores))
  await writer.write('results/accuracy.csv', accuracyCsv(list.scores))
  await writeDocument(writer, paths.scores, scoreListSchema, list)
  await markStep(writer, 'scored', 1, 1, context)
  return list
}

function allScores(
  { cases, settings }: Experiment,
  results: readonly ImageResult[],
): Output<'score'>['scores'] {
  return cases.flatMap((theCase) =>
    cropKinds.flatMap((crop) => settings.map((setting) => scoreOf(setting, theCase, crop, results))),
  )
}

async function cropsOf(folder: ExperimentFolder, { notice }: StepContext): Promise<Crop[]> {
  const list = await readDocument(folder, paths.sheets, sheetListSchema)
  const crops: Crop[] = []
  const missing: number[] = []
  for (const { sheet } of list.sheets) {
    const captured = await capturedSheet(folder, list, sheet)
    if (captured) crops.push(...captured.crops)
    else missing.push(sheet)
  }
  if (missing.length > 0) {
    notice(
      `Scored without ${missing.length === 1 ? 'sheet' : 'sheets'} ${missing.join(', ')}: no photo gave their crops.`,
    )
  }
  return crops
}

function keyOf(setting: string, image: number, role: Role, kind: CropKind): string {
  return `${setting}/${image}/${role}/${kind}`
}

/** A crop that was refused is not scored, whatever pixels it has. */
function filesOf(
  { setting, image, role, files, refused }: Crop,
  images: Map<number, ImageRecord>,
): CropFile[] {
  if (refused !== null) return []
  return cropKinds.flatMap((kind) => {
    const file = files[kind]
    return file ? [{ key: keyOf(setting, image, role, kind), file, label: images.get(image)!.label }] : []
  })
}

async function classify(
  files: readonly CropFile[],
  model: EngineModel,
  folder: ExperimentFolder,
  { ports, signal, progress }: StepContext,
): Promise<Map<string, StoredPrediction>> {
  const channels = model.info.input.channels === 1 ? 1 : 3
  const predictions = new Map<string, StoredPrediction>()
  for (let start = 0; start < files.length; start += block) {
    throwIfCancelled(signal)
    progress('crops classified', start, files.length)
    const part = files.slice(start, start + block)
    const pictures = await inParallel(part, 4, async ({ file }) =>
      ports.pictures.decode(await folder.read(file)),
    )
    const labels = part.map(({ label }) => label)
    const answers = await predict(model, imagesOf(pictures, channels), labels, { signal })
    part.forEach(({ key }, i) => predictions.set(key, answers[i]!))
  }
  progress('crops classified', files.length, files.length)
  return predictions
}

function casesOf({ cases }: Generated, image: number): Case[] {
  return (['average', 'prefiltered'] as const).filter((name) => cases[name]?.images.includes(image))
}

function photoOf(
  setting: string,
  image: number,
  predictions: ReadonlyMap<string, StoredPrediction>,
): ImageResult['photo'] {
  const photo: ImageResult['photo'] = {}
  for (const kind of cropKinds) {
    const clean = predictions.get(keyOf(setting, image, 'clean', kind)) ?? null
    const adversarial = predictions.get(keyOf(setting, image, 'adversarial', kind)) ?? null
    if (clean ?? adversarial) photo[kind] = { clean, adversarial }
  }
  return photo
}
