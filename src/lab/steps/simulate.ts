import type { Checked, Output } from '#contract/commands'
import type { CaptureSource } from '#contract/experiment'
import { refusedPhotosSchema, sheetListSchema, type RefusedPhoto, type SheetList } from '#contract/steps'
import { HalftoneError, throwIfCancelled } from '#core/errors'
import { defaultLevel, defaultResolution } from '#core/simulator/levels'
import { capturedSheet, countCaptured, forgetCaptures, markCaptured } from '../captured'
import { readDocument, writeDocument } from '../documents'
import { formatJson } from '../formatJson'
import { inParallel } from '../inParallel'
import { paths } from '#contract/paths'
import { recordSheet } from '../recordSheet'
import { printedSheets } from '#core/sheet/experimentLayout'
import { simulatorOf, type Simulator } from '../simulatorOf'
import type { StepContext } from '../StepContext'
import { requireStep, resetFrom } from '../stepStates'
import type { ExperimentWriter } from '../ports/ExperimentStore'

/**
 * Prints and photographs sheets.pdf in simulation, sheet by sheet, and crops each photo. Sheets that have their crops
 * are left as they are, unless level, resolution or seed are new.
 */
export async function simulate(
  input: Checked<'simulate'>,
  context: StepContext,
): Promise<Output<'simulate'>> {
  await using writer = await context.ports.store.edit(input.experiment)
  requireStep(writer, 'printed')
  const list = await readDocument(writer, paths.sheets, sheetListSchema)
  const camera = await chooseCamera(writer, input, list)

  const todo: number[] = []
  for (const { sheet } of list.sheets) if (!(await capturedSheet(writer, list, sheet))) todo.push(sheet)
  const refused = todo.length > 0 ? await photograph(writer, list, todo, camera, context) : []
  return {
    captured: await countCaptured(writer, list),
    sheets: list.sheets.length,
    refused,
    photos: refused.map(({ file, reason }) => ({ file, sheets: [], reason })),
  }
}

/** The experiment's simulator with what was asked for; what was had with another camera is forgotten. */
async function chooseCamera(
  writer: ExperimentWriter,
  { level, resolution, seed, again }: Checked<'simulate'>,
  list: SheetList,
): Promise<Simulator> {
  const { capture, seed: experimentSeed } = writer.experiment
  const before = capture.kind === 'simulator' ? capture : undefined
  const camera = simulatorOf({
    level: level ?? before?.level ?? defaultLevel,
    resolution: resolution ?? before?.resolution ?? defaultResolution,
    seed: seed ?? before?.seed ?? experimentSeed,
  })
  const wanted: CaptureSource = { kind: 'simulator', ...camera }
  const same = JSON.stringify(wanted) === JSON.stringify(capture)
  if (same && !again) return camera
  if (!before && !again && (await countCaptured(writer, list)) > 0) {
    throw new HalftoneError(
      'conflict',
      'This experiment has crops of real photos, which the simulated ones would replace. Use --again if that is meant, ' +
        'or make a new experiment.',
    )
  }
  await forgetCaptures(writer)
  await writer.update((experiment) => ({ ...experiment, capture: wanted }))
  await resetFrom(writer, 'captured')
  return camera
}

async function photograph(
  writer: ExperimentWriter,
  list: SheetList,
  todo: readonly number[],
  { level, resolution, seed }: Simulator,
  context: StepContext,
): Promise<RefusedPhoto[]> {
  const { ports, signal } = context
  const laid = printedSheets(list)
  await using camera = await ports.openSheetCamera(await writer.read(paths.sheetsPdf), {
    level,
    resolution,
    seed,
  })
  await using reader = await ports.openPhotoReader(laid.map(({ geometry }) => geometry))
  const refused: RefusedPhoto[] = []
  let done = 0
  context.progress('sheets printed, photographed and cropped', 0, todo.length)
  // Two or more at once: while one sheet is printed and photographed, another's photo is cropped.
  await inParallel(todo, 4, async (sheet) => {
    throwIfCancelled(signal)
    const { jpeg, geometry, params } = await camera.photograph(sheet - 1, signal)
    await writer.write(paths.simulatedPhoto(sheet), jpeg)
    await writer.write(paths.simulatedTruth(sheet), formatJson({ params, geometry }))
    const outcome = await reader.read(jpeg, signal)
    const file = paths.simulatedPhoto(sheet)
    const { width, height } = geometry.photo
    const photo = { file, origin: `simulator, ${level}, ${resolution}`, width, height }
    if (outcome.kind === 'refused') {
      refused.push({ file, reason: outcome.message, photo: { file, ...outcome.picture } })
    } else {
      for (const read of outcome.sheets) {
        // Two sheets cannot be in a simulated photo: another number is a misreading, and is told as such.
        if (read.sheet !== sheet - 1) {
          refused.push({
            file,
            photo: { file, width, height },
            reason: `Sheet ${sheet} was taken for sheet ${read.sheet + 1}.`,
          })
        } else
          await recordSheet(writer, { list, laid: laid[read.sheet]!, read, photo, truth: geometry }, context)
      }
    }
    done++
    await markCaptured(writer, list, context)
    context.progress('sheets printed, photographed and cropped', done, todo.length)
  })
  refused.sort((a, b) => a.file.localeCompare(b.file))
  for (const { file, reason } of refused) context.notice(`${file}: ${reason}`)
  await writeDocument(writer, paths.refusedPhotos, refusedPhotosSchema, { refused })
  return refused
}
