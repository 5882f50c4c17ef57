import type { Checked, Output } from '#contract/commands'
import { refusedPhotosSchema, sheetListSchema, type RefusedPhoto, type SheetList } from '#contract/steps'
import type { CaptureOutcome } from '#core/capture/types'
import { HalftoneError, throwIfCancelled } from '#core/errors'
import type { LaidSheet } from '#core/sheet/SheetLayout'
import { capturedSheet, countCaptured, forgetCaptures, markCaptured } from '../captured'
import { findDocument, readDocument, writeDocument } from '../documents'
import { paths, photoName } from '#contract/paths'
import { isBetter, recordSheet } from '../recordSheet'
import { printedSheets } from '#core/sheet/experimentLayout'
import type { StepContext } from '../StepContext'
import { requireStep, resetFrom } from '../stepStates'
import type { ExperimentWriter } from '../ports/ExperimentStore'
import type { PhotoReader } from '../ports/Photos'

interface Photo {
  readonly origin: string
  /** Where its copy goes in the experiment. */
  readonly file: string
  readonly bytes: Uint8Array
  readonly outcome: CaptureOutcome
}

/** So many photos are read while another is kept: enough for the reader's workers, and little memory. */
const readAhead = 4

/**
 * Crops photos of the printed sheets. Each photo is copied into the experiment; one that gives nothing is listed with its
 * reason. Of two photos of one sheet the better is kept; a photo that was imported before is not read again.
 */
export async function importPhotos(
  input: Checked<'import'>,
  context: StepContext,
): Promise<Output<'import'>> {
  const { ports, signal } = context
  await using writer = await ports.store.edit(input.experiment)
  requireStep(writer, 'printed')
  const list = await readDocument(writer, paths.sheets, sheetListSchema)
  const known = await findDocument(writer, paths.refusedPhotos, refusedPhotosSchema)
  const refused = new Map(known?.refused.map((entry) => [entry.file, entry]))
  const copies = new Map(known?.refused.flatMap(({ file, photo }) => (photo ? [[photo.file, file]] : [])))
  const given = input.paths.filter((path) => !copies.has(path))
  for (const path of given) await ports.checkReadable(path)
  const found = given.length > 0 ? await ports.photoFiles.find(given) : []
  // A folder may hold links that lead elsewhere.
  for (const file of found) await ports.checkReadable(file)
  const files = [...input.paths.filter((path) => copies.has(path)), ...found]
  if (files.length === 0) {
    throw new HalftoneError(
      'not-found',
      `Expected photos (JPEG, PNG or HEIC) in ${input.paths.join(', ')}, found none.`,
    )
  }
  await startImport(writer, input.again ?? false, context)

  const laid = printedSheets(list)
  await using reader = await ports.openPhotoReader(laid.map(({ geometry }) => geometry))
  const photos: Output<'import'>['photos'][number][] = []
  const work = { writer, list, laid, reader, corners: input.corners ?? {}, context }
  const readings: Promise<Keep>[] = []
  const readNext = (): void => {
    const file = files[readings.length]
    if (file === undefined) return
    const reading = readOne({ path: file, origin: copies.get(file) ?? file }, work)
    // Its turn comes below, and then its failure is told.
    reading.catch(() => undefined)
    readings.push(reading)
  }
  for (let i = 0; i < readAhead; i++) readNext()
  for (const [done, file] of files.entries()) {
    throwIfCancelled(signal)
    context.progress('photos read', done, files.length)
    const origin = copies.get(file) ?? file
    const keep = await readings[done]!
    readNext()
    const { sheets, reasons, photo } = await keep()
    const reason = reasons.length > 0 ? reasons.join(' ') : null
    photos.push({ file, sheets, reason })
    const before = refused.get(origin)?.photo?.file
    if (before !== undefined && before !== photo?.file) await writer.remove(before)
    refused.delete(origin)
    if (reason !== null) refused.set(origin, { file: origin, reason, ...(photo ? { photo } : {}) })
    await markCaptured(writer, list, context)
  }
  context.progress('photos read', files.length, files.length)
  const entries = [...refused.values()].sort(byFile)
  await writeDocument(writer, paths.refusedPhotos, refusedPhotosSchema, { refused: entries })
  return {
    captured: await countCaptured(writer, list),
    sheets: list.sheets.length,
    refused: entries,
    photos,
  }
}

/** Real photos take the place of simulated ones, which can be made again at any time. */
async function startImport(writer: ExperimentWriter, again: boolean, { notice }: StepContext): Promise<void> {
  const simulated = writer.experiment.capture.kind === 'simulator'
  if (!simulated && !again) return
  if (simulated && writer.experiment.steps.captured.done > 0) {
    notice('The crops of simulated photos are replaced by those of the real ones.')
  }
  await forgetCaptures(writer)
  await writer.update((experiment) => ({
    ...experiment,
    capture: simulated ? { kind: 'photos' } : experiment.capture,
  }))
  await resetFrom(writer, 'captured')
}

interface Import {
  readonly writer: ExperimentWriter
  readonly list: SheetList
  readonly laid: readonly LaidSheet[]
  readonly reader: PhotoReader
  /** By path. */
  readonly corners: NonNullable<Checked<'import'>['corners']>
  readonly context: StepContext
}

/** What came of one photo: the sheets that were read in it, also when better photos of them are had; and what was wrong. */
interface Imported {
  readonly sheets: readonly number[]
  readonly reasons: readonly string[]
  /** Kept so that it can be looked at, and its corners be given by hand; absent when it gave crops or is no picture. */
  readonly photo?: NonNullable<RefusedPhoto['photo']>
}

/** Keeps what was read in a photo. Of several photos this is done in their order, so that a run comes out the same. */
type Keep = () => Promise<Imported>

async function readOne(
  { path, origin }: { readonly path: string; readonly origin: string },
  work: Import,
): Promise<Keep> {
  const { writer, reader, context } = work
  const corners = work.corners[path]
  try {
    const bytes = path === origin ? await context.ports.photoFiles.read(path) : await writer.read(path)
    const name = photoName(origin, context.ports.machine.sha256(bytes))
    const file = `${paths.photos}/${name}`
    if (!corners && (await writer.has(file))) {
      const sheets = await sheetsFrom(work, file)
      if (sheets.length > 0) return () => Promise.resolve({ sheets, reasons: [] })
    }
    const outcome = await reader.read(bytes, context.signal, corners)
    return async () => {
      const imported = await keepSheets({ origin, file, bytes, outcome }, work)
      if (outcome.kind === 'read') return imported
      const copy = paths.refusedPhoto(name)
      await writer.write(copy, bytes)
      return { ...imported, photo: { file: copy, ...outcome.picture } }
    }
  } catch (error) {
    // A file that is no picture is the photo's fault, a full disk is not.
    if (!(error instanceof HalftoneError) || !['unreadable-file', 'unsupported'].includes(error.code))
      throw error
    const reason = error.message
    return () => {
      context.notice(`${origin}: ${reason}`)
      return Promise.resolve({ sheets: [], reasons: [reason] })
    }
  }
}

/** The sheets whose crops are from a photo that was copied earlier; none when a kill came before they were written. */
async function sheetsFrom({ writer, list }: Import, file: string): Promise<number[]> {
  const sheets: number[] = []
  for (const { sheet } of list.sheets) {
    if ((await capturedSheet(writer, list, sheet))?.photo.file === file) sheets.push(sheet)
  }
  return sheets
}

async function keepSheets({ origin, file, bytes, outcome }: Photo, work: Import): Promise<Imported> {
  const { writer, list, laid, context } = work
  const refusals =
    outcome.kind === 'refused' ? [outcome.message] : outcome.refused.map(({ message }) => message)
  const sheets = outcome.kind === 'refused' ? [] : outcome.sheets
  let copied = false
  for (const read of sheets) {
    const sheet = read.sheet + 1
    const before = await capturedSheet(writer, list, sheet)
    if (before && before.photo.file !== file && !isBetter(read, before)) {
      context.notice(`${origin}: sheet ${sheet} is already had from ${before.photo.origin}, which is better.`)
      continue
    }
    if (before && before.photo.file !== file) {
      context.notice(`${origin}: better than ${before.photo.origin}, so sheet ${sheet} is taken from it now.`)
    }
    if (!copied) await writer.write(file, bytes)
    copied = true
    const { width, height } = read.fit.picture
    const photo = { file, origin, width, height }
    await recordSheet(writer, { list, laid: laid[read.sheet]!, read, photo, truth: undefined }, context)
    for (const warning of read.warnings) context.notice(`${origin}, sheet ${sheet}: ${warning.message}`)
  }
  for (const message of refusals) context.notice(`${origin}: ${message}`)
  return { sheets: sheets.map(({ sheet }) => sheet + 1), reasons: refusals }
}

function byFile(a: RefusedPhoto, b: RefusedPhoto): number {
  return a.file < b.file ? -1 : 1
}
