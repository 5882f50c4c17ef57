import { HalftoneError } from '#core/errors'
import { FolderStore } from '#node/store/FolderStore'
import { anExperiment } from '../experiment'

/** Tries to create and to edit an experiment in the folder that is named, and prints what came of it. */
const store = new FolderStore(process.argv[2]!)
const outcomes: unknown[] = []
for (const attempt of [() => store.create(anExperiment({ id: 'other' })), () => store.edit('try')]) {
  try {
    await attempt()
    outcomes.push('done')
  } catch (error) {
    if (!(error instanceof HalftoneError)) throw error
    outcomes.push({ code: error.code, message: error.message })
  }
}
console.log(JSON.stringify(outcomes))
