import type { Checked, Output } from '#contract/commands'
import {
  generatedSchema,
  imageListSchema,
  sheetListSchema,
  type Adversarial,
  type ImageRecord,
  type SheetList,
  type SheetPair,
} from '#contract/steps'
import { HalftoneError } from '#core/errors'
import { layoutSheets } from '#core/sheet/layoutSheets'
import { markCaptured } from '../captured'
import { findDocument, readDocument, writeDocument } from '../documents'
import { paths } from '#contract/paths'
import { settingTitle } from '../settings'
import { layoutOptions, sheetCode } from '#core/sheet/experimentLayout'
import type { StepContext } from '../StepContext'
import { markStep, requireStep } from '../stepStates'
import type { ExperimentFolder } from '../ports/ExperimentStore'
import type { CaptionedPair } from '../ports/SheetPrinter'

interface PairFiles extends SheetPair {
  readonly method: string
  readonly clean: ImageRecord
  readonly adversarial: Adversarial
}

/**
 * Lays every pair of every setting on sheets, in the settings' order, and writes them as one PDF. An image that stands
 * for both cases of a setting is printed once.
 */
export async function sheets(input: Checked<'sheets'>, context: StepContext): Promise<Output<'sheets'>> {
  await using writer = await context.ports.store.edit(input.experiment)
  requireStep(writer, 'generated')
  const { experiment } = writer
  const before = await findDocument(writer, paths.sheets, sheetListSchema)
  const fresh =
    experiment.steps.printed.done > 0 && before !== undefined && (await writer.has(paths.sheetsPdf))
  if (fresh && !input.again) return replyOf(before)

  const pairs = await pairsOf(writer)
  if (pairs.length === 0) {
    throw new HalftoneError(
      'conflict',
      'There is nothing to print: no setting has an image. Make an experiment with the average case, or with more images.',
    )
  }
  const options = layoutOptions(experiment)
  const code = sheetCode(experiment, options)
  const { layout, sheets } = layoutSheets({ options, experiment: code, pairs: pairs.length })
  for (const note of layout.notes) context.notice(note)
  const pdf = await context.ports.printSheets(
    {
      name: experiment.name,
      code,
      layout,
      sheets,
      pair: (index) => captioned(writer, pairs[index]!),
    },
    {
      signal: context.signal,
      onProgress: ({ done, total }) => {
        context.progress('sheets', done, total)
      },
    },
  )
  const list: SheetList = {
    code,
    pdf: context.ports.machine.sha256(pdf),
    layout: options,
    sheets: sheets.map(({ sheet, firstPair, pairs: count }) => ({
      sheet: sheet + 1,
      pairs: pairs
        .slice(firstPair, firstPair + count)
        .map(({ setting, image }): SheetPair => ({ setting, image })),
    })),
  }
  await writer.write(paths.sheetsPdf, pdf)
  await writeDocument(writer, paths.sheets, sheetListSchema, list)
  await markStep(writer, 'printed', 1, 1, context)
  // Crops of the very same sheets, from before, stay good.
  await markCaptured(writer, list, context)
  return replyOf(list)
}

function replyOf({ sheets }: SheetList): Output<'sheets'> {
  const pairs = sheets.reduce((sum, sheet) => sum + sheet.pairs.length, 0)
  return { file: paths.sheetsPdf, sheets: sheets.length, pairs }
}

async function pairsOf(folder: ExperimentFolder): Promise<PairFiles[]> {
  const { images } = await readDocument(folder, paths.images, imageListSchema)
  const clean = new Map(images.map((record) => [record.image, record]))
  const pairs: PairFiles[] = []
  for (const setting of folder.experiment.settings) {
    const generated = await readDocument(folder, paths.setting(setting.id), generatedSchema)
    for (const adversarial of generated.images) {
      pairs.push({
        setting: setting.id,
        image: adversarial.image,
        method: settingTitle(setting),
        clean: clean.get(adversarial.image)!,
        adversarial,
      })
    }
  }
  return pairs
}

async function captioned(
  folder: ExperimentFolder,
  { image, method, clean, adversarial }: PairFiles,
): Promise<CaptionedPair> {
  return {
    index: String(image),
    label: clean.className,
    method,
    clean: await folder.read(clean.file),
    adversarial: await folder.read(adversarial.file),
  }
}
