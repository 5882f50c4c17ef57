import type { Checked } from '#contract/commands'
import { schemaVersion, type Experiment } from '#contract/experiment'
import { HalftoneError } from '#core/errors'
import { layoutSheet } from '#core/sheet/layoutSheet'
import { checkModelFile } from '../models/shelf'
import { openModel } from '../openModel'
import { slug } from '#contract/paths'
import { settingsOf } from '../settings'
import { layoutOptions } from '#core/sheet/experimentLayout'
import type { StepContext } from '../StepContext'
import { untouched } from '../stepStates'

/**
 * Makes an experiment and its folder. All that can be refused is refused here, before anything is made: the model, the
 * attacks' parameters, a page that the images do not fit.
 */
export async function newExperiment(
  input: Checked<'experiment.create'>,
  { ports }: Pick<StepContext, 'ports'>,
): Promise<Experiment> {
  const settings = settingsOf(input.settings)
  if (input.model) await checkModelFile(input.model, ports)
  if ('path' in input.images) await ports.checkReadable(input.images.path)
  const chosen = { path: input.model?.path ?? null, labels: input.model?.labels ?? null }
  const model = await openModel(ports, { ...chosen, profile: input.model?.profile })
  let info
  try {
    info = model.info
  } finally {
    await model.close()
  }
  if (!info.differentiable.ok) {
    throw new HalftoneError('not-differentiable', info.differentiable.reason)
  }
  const experiment: Experiment = {
    schema: schemaVersion,
    id: slug(input.name),
    name: input.name,
    created: ports.machine.now(),
    model: {
      name: info.name,
      ...chosen,
      sha256: info.id,
      classes: info.classes,
      input: info.input,
      profile: info.profile,
    },
    images: input.images,
    count: input.count,
    seed: input.seed,
    cases: input.cases,
    prefilter: input.prefilter,
    settings,
    sheets: input.sheets,
    capture: input.capture,
    environment: { ...ports.machine.environment(), provider: info.provider },
    steps: untouched(settings.length),
  }
  layoutSheet(layoutOptions(experiment))
  // Looking at the source finds a missing folder and labels that are no classes.
  await ports.openImages(experiment.images, experiment.model, experiment.seed)
  return createUnderFreeName(experiment, ports)
}

/** "demo", "demo-2", "demo-3": making the same experiment once more is no mistake. */
async function createUnderFreeName(
  experiment: Experiment,
  { store }: StepContext['ports'],
): Promise<Experiment> {
  for (let number = 1; ; number++) {
    const named = number === 1 ? experiment : { ...experiment, id: `${experiment.id}-${number}` }
    try {
      await store.create(named)
      return named
    } catch (error) {
      const taken = error instanceof HalftoneError && error.code === 'conflict'
      if (!taken || number >= 10_000) throw error
    }
  }
}
