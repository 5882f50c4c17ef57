import type { Experiment, ModelRef } from '#contract/experiment'
import type { ProfileInput } from '#contract/profile'
import { HalftoneError } from '#core/errors'
import { profilePresets } from '#core/models/profile/presets'
import type { EngineModel } from './ports/Engine'
import type { LabPorts } from './ports/LabPorts'

/** Opens the model that a user named, or the embedded one. */
export async function openModel(
  { engine, embeddedModel, engineOptions }: Pick<LabPorts, 'engine' | 'embeddedModel' | 'engineOptions'>,
  {
    path,
    labels,
    profile,
  }: {
    readonly path: string | null
    readonly labels: string | null
    readonly profile?: ProfileInput | undefined
  },
): Promise<EngineModel> {
  return engine.open(
    {
      kind: 'file',
      path: path ?? embeddedModel,
      ...(labels === null ? {} : { labels }),
      ...(profile && { profile }),
    },
    await engineOptions(),
  )
}

/**
 * Runs work with the experiment's model and closes it.
 * @throws HalftoneError `conflict` when the file is not the one that the experiment was made with
 */
export async function withModel<R>(
  ports: LabPorts,
  experiment: Experiment,
  work: (model: EngineModel) => Promise<R>,
): Promise<R> {
  // Experiments without a profile were made when models got [0,1] pixels as they are.
  const { path, labels, profile = profilePresets.plain.profile } = experiment.model
  const model = await openModel(ports, { path, labels, profile })
  try {
    if (model.info.id !== experiment.model.sha256) throw otherModel(experiment.model, model.info.id)
    return await work(model)
  } finally {
    await model.close()
  }
}

function otherModel({ name, path, sha256 }: ModelRef, found: string): HalftoneError {
  const short = (hash: string): string => hash.slice(0, 12)
  return new HalftoneError(
    'conflict',
    `The experiment was made with the model ${name} of SHA-256 ${short(sha256)}, but ${path ?? 'the embedded model'} ` +
      `is now ${short(found)}. Bring the old file back, or make a new experiment.`,
  )
}
