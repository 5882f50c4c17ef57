import type { Checked, Output } from '#contract/commands'
import type { Experiment, Setting } from '#contract/experiment'
import { generatedSchema, imageListSchema, type Generated, type ImageRecord } from '#contract/steps'
import { throwIfCancelled } from '#core/errors'
import { rasterOf } from '#core/tensor/Raster'
import { findDocument, writeDocument } from '../documents'
import { ImagePool, recordOf } from '../ImagePool'
import { inParallel } from '../inParallel'
import { withModel } from '../openModel'
import { paths } from '#contract/paths'
import { chosenSettings, settingTitle } from '../settings'
import type { StepContext } from '../StepContext'
import { markStep, resetFrom } from '../stepStates'
import type { ExperimentWriter } from '../ports/ExperimentStore'
import { attackSetting, type MadeSetting } from './attackSetting'

/**
 * Makes the adversarial images, setting by setting. A setting that is complete is left as it is, so that a run that was
 * cut short goes on where it stopped; `again` starts from nothing.
 */
export async function generate(
  input: Checked<'generate'>,
  context: StepContext,
): Promise<Output<'generate'>> {
  await using writer = await context.ports.store.edit(input.experiment)
  const { experiment } = writer
  const settings = chosenSettings(experiment.settings, input.settings)
  if (input.again) await startOver(writer, input.settings ? settings : undefined)

  const missing: Setting[] = []
  for (const setting of settings) {
    if (!(await findDocument(writer, paths.setting(setting.id), generatedSchema))) missing.push(setting)
  }
  if (missing.length > 0) {
    await withModel(context.ports, experiment, async (model) => {
      const source = await context.ports.openImages(experiment.images, experiment.model, experiment.seed)
      const pool = new ImagePool(source, model, context)
      for (const [done, setting] of missing.entries()) {
        throwIfCancelled(context.signal)
        const report = (fraction: number): void => {
          context.progress(settingTitle(setting), done + fraction, missing.length)
        }
        report(0)
        const made = await attackSetting(experiment, setting, pool, model, context, report)
        await save(writer, made, pool, context)
        await markStep(writer, 'generated', await countComplete(writer), experiment.settings.length, context)
        tellWhatIsMissing(made.generated, setting, context)
      }
    })
  }
  context.progress('images made', settings.length, settings.length)
  return { settings: await summaries(writer, settings) }
}

/** Clean images and their list first, the setting's own list last: its presence says that all before it is there. */
async function save(
  writer: ExperimentWriter,
  made: MadeSetting,
  pool: ImagePool,
  { ports, signal }: StepContext,
): Promise<void> {
  const { classes } = writer.experiment.model
  const listed = await findDocument(writer, paths.images, imageListSchema)
  const records = new Map<number, ImageRecord>(listed?.images.map((record) => [record.image, record]))
  await inParallel(made.images, 4, async ({ clean, image, record }) => {
    throwIfCancelled(signal)
    if (!records.has(clean.number)) {
      const cleanRecord = recordOf(clean, classes)
      await writer.write(cleanRecord.file, await ports.pictures.encodePng(rasterOf(clean.image, 0)))
      records.set(clean.number, cleanRecord)
    }
    await writer.write(record.file, await ports.pictures.encodePng(rasterOf(image, 0)))
  })
  await writeDocument(writer, paths.images, imageListSchema, {
    images: [...records.values()].sort((a, b) => a.image - b.image),
    refused: pool.refused,
  })
  await writeDocument(writer, paths.setting(made.generated.setting), generatedSchema, made.generated)
}

function tellWhatIsMissing(generated: Generated, setting: Setting, { notice }: StepContext): void {
  const { average, prefiltered } = generated.cases
  if (average && average.images.length < average.wanted) {
    notice(`The images are only ${average.images.length}, where ${average.wanted} were asked for.`)
  }
  if (prefiltered && prefiltered.images.length < prefiltered.wanted) {
    notice(
      `${settingTitle(setting)}: only ${prefiltered.images.length} of ${prefiltered.wanted} prefiltered images were found ` +
        `among ${prefiltered.searched}.`,
    )
  }
}

/** All images when every setting is made again, since the selections then start from nothing. */
async function startOver(writer: ExperimentWriter, settings: readonly Setting[] | undefined): Promise<void> {
  if (settings) for (const { id } of settings) await writer.remove(`images/${id}`)
  else await writer.remove('images')
  await resetFrom(writer, 'generated', await countComplete(writer))
}

async function countComplete(writer: ExperimentWriter): Promise<number> {
  let count = 0
  for (const { id } of writer.experiment.settings) if (await writer.has(paths.setting(id))) count++
  return count
}

async function summaries(
  writer: ExperimentWriter,
  settings: Experiment['settings'],
): Promise<Output<'generate'>['settings']> {
  const out: Output<'generate'>['settings'][number][] = []
  for (const { id } of settings) {
    const generated = await findDocument(writer, paths.setting(id), generatedSchema)
    if (!generated) continue
    const cases = Object.entries(generated.cases).map(([name, { images, wanted, searched }]) => [
      name,
      { found: images.length, wanted, searched },
    ])
    out.push({
      setting: id,
      cases: Object.fromEntries(cases) as Output<'generate'>['settings'][number]['cases'],
    })
  }
  return out
}
