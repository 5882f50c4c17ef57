import type { Checked, Output } from '#contract/commands'
import type { Experiment, Setting } from '#contract/experiment'
import { paths } from '#contract/paths'
import { studySchema } from '#contract/results'
import { generatedSchema, imageListSchema } from '#contract/steps'
import { keepsPhotos } from '#core/sheet/cameras'
import { layoutOptions } from '#core/sheet/experimentLayout'
import { layoutSheet } from '#core/sheet/layoutSheet'
import { findDocument, writeDocument } from '../documents'
import { settingsOf, strongest } from '../settings'
import { simulatorOf } from '../simulatorOf'
import type { StepContext } from '../StepContext'
import { undo } from '../undo'
import type { ExperimentWriter } from '../ports/ExperimentStore'

type Choices = Pick<Experiment, 'name' | 'settings' | 'sheets' | 'capture'>

/**
 * Changes what was chosen of an experiment. Steps that rest on a change are undone and what they made is removed; what
 * does not rest on it stays: the images of settings that are kept, and sheets whose layout comes out the same. Sheets that
 * are printed stay also when another camera is chosen, though for that camera they might have been laid out otherwise.
 */
export async function configure(
  { experiment: id, ...change }: Checked<'experiment.configure'>,
  { ports }: Pick<StepContext, 'ports'>,
): Promise<Output<'experiment.configure'>> {
  await using writer = await ports.store.edit(id)
  const { experiment } = writer
  const wanted: Choices = {
    name: change.name ?? experiment.name,
    settings: change.settings ? settingsOf(change.settings) : experiment.settings,
    sheets: change.sheets ?? experiment.sheets,
    capture: change.capture ?? experiment.capture,
  }
  // All that can be refused is refused before anything is undone.
  if (wanted.capture.kind === 'simulator') simulatorOf(wanted.capture)
  const layout = layoutOptions({ ...experiment, ...wanted })
  layoutSheet(layout)

  const newSettings = !same(ids(wanted.settings), ids(experiment.settings))
  const newLayout = change.sheets !== undefined && !same(layout, layoutOptions(experiment))
  if (newSettings) await leaveOut(writer, wanted.settings)
  if (newSettings || newLayout) await undo(writer, 'printed')
  else if (!keepsPhotos(wanted.capture, experiment.capture)) await undo(writer, 'captured')
  return await writer.update((current) => ({
    ...current,
    ...wanted,
    steps: newSettings ? withTotal(current.steps, wanted.settings.length) : current.steps,
  }))
}

function withTotal(steps: Experiment['steps'], total: number): Experiment['steps'] {
  const { done, at } = steps.generated
  return { ...steps, generated: { done, total, at: done > 0 ? at : null } }
}

/** Removes the images of settings that are not among the wanted, and with them clean images that no other uses. */
async function leaveOut(writer: ExperimentWriter, wanted: readonly Setting[]): Promise<void> {
  const { settings } = writer.experiment
  const kept = new Set(ids(wanted))
  const used = new Set<number>()
  let complete = 0
  for (const { id } of settings.filter((setting) => kept.has(setting.id))) {
    const generated = await findDocument(writer, paths.setting(id), generatedSchema)
    if (!generated) continue
    complete++
    for (const { image } of generated.images) used.add(image)
  }
  await writer.update((experiment) => {
    const { steps } = experiment
    return { ...experiment, steps: { ...steps, generated: { ...steps.generated, done: complete } } }
  })
  await forgetStudyOf(writer, wanted)
  for (const { id } of settings) if (!kept.has(id)) await writer.remove(`images/${id}`)
  if (complete === 0) return writer.remove('images')
  const list = await findDocument(writer, paths.images, imageListSchema)
  const unused = list?.images.filter(({ image }) => !used.has(image)) ?? []
  if (!list || unused.length === 0) return
  const images = list.images.filter(({ image }) => used.has(image))
  await writeDocument(writer, paths.images, imageListSchema, { ...list, images })
  for (const { file } of unused) await writer.remove(file)
}

/** The study rests on the strongest setting of each attack, or on those that were chosen for it. */
async function forgetStudyOf(writer: ExperimentWriter, wanted: readonly Setting[]): Promise<void> {
  const study = await findDocument(writer, paths.study, studySchema)
  if (!study) return
  const kept = new Set(ids(wanted))
  const studied = new Set(study.points.map(({ setting }) => setting))
  const before = ids(strongest(writer.experiment.settings))
  const stays = [...studied].every((setting) => kept.has(setting)) && same(before, ids(strongest(wanted)))
  if (!stays) await undo(writer, 'studied')
}

function ids(settings: readonly Setting[]): string[] {
  return settings.map(({ id }) => id)
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}

/** Objects by their keys, so that the order in which they were written does not matter. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]))
}
