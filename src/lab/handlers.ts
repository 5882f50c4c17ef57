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
import { HalftoneError } from '#core/errors'

const soon = (): Promise<never> =>
  Promise.reject(new HalftoneError('unsupported', 'This command is not built yet.'))

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
  'experiment.configure': soon,
  'experiment.remove': soon,
  'experiment.restore': soon,
  run: soon,
  'model.list': soon,
  'model.inspect': soon,
  'model.add': soon,
  'model.remove': soon,
  'model.fetch': soon,
  'model.check': soon,
  'model.measure': soon,
  'engine.backEnds': soon,
  'attack.list': soon,
  'transform.list': soon,
  'playground.sample': soon,
  'playground.classify': soon,
  'playground.attack': soon,
  'playground.transform': soon,
  about: soon,
  'settings.read': soon,
  'settings.write': soon,
  'job.list': soon,
  'job.resume': soon,
  'job.dismiss': soon,
  'phone.open': soon,
  'phone.close': soon,
  'phone.state': soon,
}
