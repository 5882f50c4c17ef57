import type { Checked, CommandName, Output } from '#contract/commands'
import type { LabContext } from './LabContext'
import { checkModel } from './models/check'
import { fetchModel } from './models/fetch'
import { inspectModel } from './models/inspect'
import { measureModel } from './models/measure'
import { addModel, listModels, removeModel } from './models/shelf'
import { describeAttacks, describeTransforms } from './playground/catalogues'
import { attackPicture, classifyPicture, transformPictures } from './playground/playground'
import { drawSample } from './playground/sample'
import { configure } from './steps/configure'
import { generate } from './steps/generate'
import { importPhotos } from './steps/importPhotos'
import { newExperiment } from './steps/newExperiment'
import { report } from './steps/report'
import { run } from './steps/run'
import { score } from './steps/score'
import { sheets } from './steps/sheets'
import { simulate } from './steps/simulate'
import { study } from './steps/study'
import { tidy } from './tidy'

/** The commands that are about the lab itself rather than about what it works on: `Lab` answers them. */
export type OwnCommand =
  | 'cancel'
  | 'job.list'
  | 'job.resume'
  | 'job.dismiss'
  | 'phone.open'
  | 'phone.close'
  | 'phone.state'
  | 'experiment.remove'

type Handlers = {
  readonly [K in Exclude<CommandName, OwnCommand>]: (
    input: Checked<K>,
    context: LabContext,
  ) => Promise<Output<K>>
}

/** What each command does. */
export const handlers: Handlers = {
  'experiment.create': newExperiment,
  'experiment.list': (_, { ports }) => ports.store.list(),
  'experiment.read': async ({ experiment }, { ports }) => (await ports.store.open(experiment)).experiment,
  'experiment.configure': configure,
  'experiment.restore': ({ trashed }, { ports }) => ports.store.restore(trashed),
  generate,
  sheets,
  simulate,
  import: importPhotos,
  score,
  study,
  report,
  run,
  'model.list': (_, context) => listModels(context),
  'model.inspect': (input, { ports }) => inspectModel(input, ports),
  'model.add': addModel,
  'model.remove': ({ model }, { ports }) => removeModel(model, ports),
  'model.fetch': fetchModel,
  'model.check': checkModel,
  'model.measure': ({ model }, context) =>
    context.models.use(model, (opened) => measureModel(opened, context)),
  'engine.backEnds': (_, { backEnds }) => backEnds.list(),
  'attack.list': () => Promise.resolve(describeAttacks()),
  'transform.list': () => Promise.resolve(describeTransforms()),
  'playground.sample': drawSample,
  'playground.classify': classifyPicture,
  'playground.attack': attackPicture,
  'playground.transform': transformPictures,
  about: (_, { ports: { machine, folder } }) =>
    Promise.resolve({ ...machine.environment(), folder, cores: machine.cores() }),
  tidy: (_, { ports }) => tidy(ports),
  'settings.read': (_, { ports }) => ports.settings.read(),
  'settings.write': (input, { ports }) => ports.settings.change(input),
}
