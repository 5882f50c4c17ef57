import { capturedSheetSchema, type CapturedSheet, type SheetList } from '#contract/steps'
import { findDocument } from './documents'
import { paths } from '#contract/paths'
import type { StepContext } from './StepContext'
import { markStep } from './stepStates'
import type { ExperimentFolder, ExperimentWriter } from './ports/ExperimentStore'

/** The crops that were had of a sheet; undefined when there are none, or only of a sheet that was since changed. */
export async function capturedSheet(
  folder: ExperimentFolder,
  list: SheetList,
  sheet: number,
): Promise<CapturedSheet | undefined> {
  const found = await findDocument(folder, paths.capturedSheet(sheet), capturedSheetSchema)
  return found?.pdf === list.pdf ? found : undefined
}

/** Sheets of the experiment that have crops. */
export async function countCaptured(folder: ExperimentFolder, list: SheetList): Promise<number> {
  let count = 0
  for (const { sheet } of list.sheets) if (await capturedSheet(folder, list, sheet)) count++
  return count
}

/** Removes photos and crops, before others take their place. */
export async function forgetCaptures(writer: ExperimentWriter): Promise<void> {
  await writer.remove(paths.crops)
  await writer.remove(paths.photos)
}

/** Notes how many sheets have their crops. */
export async function markCaptured(
  writer: ExperimentWriter,
  list: SheetList,
  context: Pick<StepContext, 'ports'>,
): Promise<void> {
  await markStep(writer, 'captured', await countCaptured(writer, list), list.sheets.length, context)
}
