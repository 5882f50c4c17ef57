import type { Checked, CommandName, Output } from '#contract/commands'
import { generate } from './steps/generate'
import { importPhotos } from './steps/importPhotos'
import { newExperiment } from './steps/newExperiment'
import { report } from './steps/report'
import { score } from './steps/score'
import { sheets } from './steps/sheets'
import { simulate } from './steps/simulate'
import { study } from './steps/study'
import type { StepContext } from './StepContext'

type Handlers = {
  readonly [K in Exclude<CommandName, 'cancel'>]: (
    input: Checked<K>,
    context: StepContext,
  ) => Promise<Output<K>>
}

/** What each command does; `cancel` is the lab's own. */
export const handlers: Handlers = {
  'experiment.create': newExperiment,
  'experiment.list': (_, { ports }) => ports.store.list(),
  'experiment.read': async ({ experiment }, { ports }) => (await ports.store.open(experiment)).experiment,
  generate,
  sheets,
  simulate,
  import: importPhotos,
  score,
  study,
  report,
}
