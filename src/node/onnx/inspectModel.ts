import { HalftoneError } from '#core/errors'
import type { ModelInfo } from '#core/models/ModelInfo'
import type { ModelInspection } from '#core/models/ModelInspection'
import { prepareModel, type PreparedModel } from '#core/models/prepareModel'
import { checkSizes } from '#core/onnx/checkSizes'
import { learnFacts } from '#core/onnx/facts'
import { contentsOf, inspectGraph } from '#core/onnx/inspectGraph'
import { readModel } from '#core/onnx/readModel'
import type { OpenOptions } from '#lab/ports/Engine'
import { inferShapes } from './inferShapes'
import type { ModelFile } from './modelFile'
import { openModel } from './openModel'
import { runGraph } from './runGraph'

/**
 * Reads a model and tells what is in it and whether it can be opened.
 * @throws HalftoneError `unreadable-file` when it cannot be read or does not run at all
 */
export async function inspectModel(file: ModelFile, options: OpenOptions): Promise<ModelInspection> {
  const own = readModel(file.bytes, file.external)
  const prepared = tryToPrepare(file)
  const graph = prepared?.graph ?? own
  await checkSizes(graph, inferShapes)
  const summary = inspectGraph(graph, await learnFacts(graph, runGraph), prepared?.profile.output)
  const metadata = Object.fromEntries([...own.metadata].filter(([key]) => key !== 'classes'))
  const external = [...(file.external?.values() ?? [])].reduce((sum, { length }) => sum + length, 0)
  const opened = await tryToOpen(file, options)
  return {
    name: file.name,
    id: file.hash,
    size: file.bytes.length + external,
    fileInputs: own.inputs,
    // Without what the profile puts in front.
    graph: { ...summary, ...contentsOf(own) },
    metadata,
    profile: prepared?.profile ?? null,
    ...opened,
  }
}

/** Null for what takes no images. */
function tryToPrepare(file: ModelFile): PreparedModel | null {
  try {
    return prepareModel(file.bytes, file)
  } catch (error) {
    if (error instanceof HalftoneError && error.code === 'unsupported') return null
    throw error
  }
}

async function tryToOpen(
  file: ModelFile,
  options: OpenOptions,
): Promise<{ model: ModelInfo | null; problem: string | null }> {
  try {
    const { model, info } = await openModel(file, options)
    await model[Symbol.asyncDispose]()
    return { model: info, problem: null }
  } catch (error) {
    if (error instanceof HalftoneError && error.code === 'unsupported') {
      return { model: null, problem: error.message }
    }
    throw error
  }
}
