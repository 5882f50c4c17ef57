import type { Output } from '#contract/commands'
import { embeddedModelId } from '#contract/embedded'
import type { ModelFile, ShelfModel } from '#contract/models'
import { HalftoneError } from '#core/errors'
import type { ModelInfo } from '#core/models/ModelInfo'
import type { LabContext } from '../LabContext'
import type { ModelSource } from '../ports/Engine'
import type { LabPorts } from '../ports/LabPorts'
import type { ShelvedModel } from '../ports/ModelFiles'

/** Models are called at most so, in characters. */
const longestName = 120

/** The embedded model first, then the user's own, newest first. */
export async function listModels(context: LabContext): Promise<readonly ShelfModel[]> {
  const { modelFiles } = context.ports
  const [embedded, own] = await Promise.all([embeddedModel(context), modelFiles.list()])
  return [embedded, ...(await Promise.all(own.map((model) => shelfModel(model, modelFiles))))]
}

/** Puts a model file on the shelf. @throws HalftoneError saying why when it cannot be used */
export async function addModel(
  { name, ...file }: ModelFile & { readonly name?: string | undefined },
  { ports }: Pick<LabContext, 'ports'>,
): Promise<ShelfModel> {
  await checkModelFile(file, ports)
  const info = await infoOf(sourceOf(file), ports)
  const settled = await ports.modelFiles.settle({ path: file.path, labels: file.labels ?? null })
  const looked = await ports.modelFiles.look(settled.path)
  if (!looked) {
    throw new HalftoneError(
      'not-found',
      `The file ${settled.path} went away while it was being added. Add it again.`,
    )
  }
  const { input, classes, differentiable, profile } = info
  const model: ShelvedModel = {
    id: info.id,
    name: (name?.trim() || info.name.replace(/\.onnx$/i, '')).slice(0, longestName),
    ...settled,
    added: ports.machine.now(),
    ...looked,
    known: { input, classes, differentiable, profile },
  }
  await ports.modelFiles.put(model)
  return shelfModel(model, ports.modelFiles)
}

/** @throws HalftoneError `not-found`, `invalid-argument` for the embedded model */
export async function removeModel(
  id: string,
  { modelFiles }: Pick<LabPorts, 'modelFiles'>,
): Promise<Output<'model.remove'>> {
  if (id === embeddedModelId) {
    throw new HalftoneError(
      'invalid-argument',
      'The embedded model comes with Halftone and cannot be removed.',
    )
  }
  const removed = await modelFiles.remove(id)
  if (!removed) throw unknown(id)
  const { path, labels, known } = removed
  return {
    removed: {
      path,
      ...(labels === null ? {} : { labels }),
      ...(known.profile && { profile: known.profile }),
    },
  }
}

/** Where the engine finds a model of the shelf. @throws HalftoneError `not-found` */
export async function shelved(
  { embeddedModel, modelFiles }: Pick<LabPorts, 'embeddedModel' | 'modelFiles'>,
  id: string,
): Promise<ModelSource> {
  if (id === embeddedModelId) return { kind: 'file', path: embeddedModel }
  const model = (await modelFiles.list()).find((other) => other.id === id)
  if (!model) throw unknown(id)
  const { path, labels, known } = model
  return {
    kind: 'file',
    path,
    ...(labels === null ? {} : { labels }),
    ...(known.profile && { profile: known.profile }),
  }
}

export function sourceOf({ path, labels, profile }: ModelFile): ModelSource {
  return {
    kind: 'file',
    path,
    ...(labels !== undefined && { labels }),
    ...(profile !== undefined && { profile }),
  }
}

/** @throws HalftoneError `invalid-argument` when a file of it may not be read */
export async function checkModelFile(
  { path, labels }: ModelFile,
  { checkReadable }: Pick<LabPorts, 'checkReadable'>,
): Promise<void> {
  await checkReadable(path)
  if (labels !== undefined) await checkReadable(labels)
}

async function infoOf(source: ModelSource, { quickEngine, engineOptions }: LabPorts): Promise<ModelInfo> {
  const model = await quickEngine.open(source, await engineOptions())
  try {
    return model.info
  } finally {
    await model.close()
  }
}

async function embeddedModel({ ports, models }: LabContext): Promise<ShelfModel> {
  const looked = await ports.modelFiles.look(ports.embeddedModel)
  const fixed = { id: embeddedModelId, path: null, labels: null, added: null, size: looked?.size ?? null }
  try {
    const { name, input, classes, differentiable, profile } = await models.use(embeddedModelId, (model) =>
      Promise.resolve(model.info),
    )
    return { ...fixed, name, input, classes, differentiable, profile, problem: null }
  } catch (error) {
    if (!(error instanceof HalftoneError)) throw error
    const nothing = { input: null, classes: [], differentiable: null, profile: null }
    return { ...fixed, name: 'embedded model', ...nothing, problem: error.message }
  }
}

async function shelfModel(model: ShelvedModel, files: LabPorts['modelFiles']): Promise<ShelfModel> {
  const { id, name, path, labels, added, known } = model
  const looked = await files.look(path)
  const problem = looked ? await changeOf(model, looked, files) : gone(path)
  return { id, name, path, labels, added, size: looked?.size ?? null, ...known, problem }
}

/** Only a file whose size or time is another is read again. */
async function changeOf(
  model: ShelvedModel,
  looked: { readonly size: number; readonly modified: number },
  files: LabPorts['modelFiles'],
): Promise<string | null> {
  if (looked.size === model.size && looked.modified === model.modified) return null
  if ((await files.hash(model.path)) === model.id) {
    await files.put({ ...model, ...looked })
    return null
  }
  return `${model.path} is not the file any more that was added. Add it again to use it as it is now.`
}

function gone(path: string): string {
  return `There is no file at ${path} any more. Bring it back, or add the model from where it is now.`
}

function unknown(id: string): HalftoneError {
  return new HalftoneError(
    'not-found',
    `There is no model "${id}" on the shelf. Add its file, or choose another.`,
  )
}
