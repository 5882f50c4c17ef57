import type { ExperimentStore, ExperimentWriter } from './ports/ExperimentStore'

/** A store that tells of each experiment whose experiment.json it has written. */
export function tellingStore(store: ExperimentStore, tell: (experiment: string) => void): ExperimentStore {
  return {
    list: () => store.list(),
    open: (id) => store.open(id),
    file: (id, path) => store.file(id, path),
    async create(experiment) {
      await store.create(experiment)
      tell(experiment.id)
    },
    async edit(id) {
      return tellingWriter(await store.edit(id), tell)
    },
    async trash(id) {
      const trashed = await store.trash(id)
      tell(id)
      return trashed
    },
    async restore(trashed) {
      const experiment = await store.restore(trashed)
      tell(experiment.id)
      return experiment
    },
  }
}

function tellingWriter(writer: ExperimentWriter, tell: (experiment: string) => void): ExperimentWriter {
  return {
    get experiment() {
      return writer.experiment
    },
    location: (path) => writer.location(path),
    read: (path) => writer.read(path),
    readText: (path) => writer.readText(path),
    has: (path) => writer.has(path),
    list: (path) => writer.list(path),
    write: (path, content) => writer.write(path, content),
    remove: (path) => writer.remove(path),
    async update(change) {
      const experiment = await writer.update(change)
      tell(experiment.id)
      return experiment
    },
    [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
  }
}
