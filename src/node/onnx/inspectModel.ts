import { HalftoneError } from '#core/errors'
import type { ModelInfo } from '#core/models/ModelInfo'
import type { ModelInspection } from '#core/models/ModelInspection'
import { learnFacts } from '#core/onnx/facts'
import { inspectGraph } from '#core/onnx/inspectGraph'
import { readModel } from '#core/onnx/readModel'
import type { OpenOptions } from '#lab/ports/Engine'
import type { ModelFile } from './modelFile'
import { openModel } from './openModel'
import { runGraph } from './runGraph'

/**
 * Reads a model and tells what is in it and whether it can be opened.
 * @throws HalftoneError `unreadable-file` when it cannot be read or does not run at all
 */
export async function inspectModel(file: ModelFile, options: OpenOptions): Promise<ModelInspection> {
  const graph = readModel(file.bytes)
  const summary = inspectGraph(graph, await learnFacts(graph, runGraph))
  const metadata = Object.fromEntries([...graph.metadata].filter(([key]) => key !== 'classes'))
  const opened = await tryToOpen(file, options)
  return { name: file.name, id: file.hash, size: file.bytes.length, graph: summary, metadata, ...opened }
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
