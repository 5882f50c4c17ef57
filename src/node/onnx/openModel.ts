import { availableParallelism } from 'node:os'
import { HalftoneError } from '#core/errors'
import { loadOnnx, type OnnxTools } from '#core/models/loadOnnx'
import type { ModelInfo } from '#core/models/ModelInfo'
import { OnnxModel, zeroFeeds } from '#core/models/OnnxModel'
import { buildLogitsGraph } from '#core/onnx/gradientGraph'
import { writeModel } from '#core/onnx/writeModel'
import type { OpenOptions } from '#lab/ports/Engine'
import { foldModel } from './fold'
import { inferShapes } from './inferShapes'
import type { ModelFile } from './modelFile'
import { chooseProvider } from './providers'
import { runGraph } from './runGraph'
import { sessionFactory } from './sessionFactory'

const tools: OnnxTools = { fold: foldModel, run: runGraph, infer: inferShapes }

/**
 * Opens a classifier on the best back end that runs it.
 * @throws HalftoneError `unreadable-file`, `unsupported`, `invalid-argument` (threads)
 */
export async function openModel(
  file: ModelFile,
  { provider: asked, threads = availableParallelism() }: OpenOptions = {},
): Promise<{ readonly model: OnnxModel; readonly info: ModelInfo }> {
  if (!Number.isInteger(threads) || threads < 1 || threads > 1024) {
    throw new HalftoneError(
      'invalid-argument',
      `Threads must be a whole number from 1 to 1024, got ${threads}.`,
    )
  }
  const classifier = await loadOnnx(file.bytes, tools, file)
  const { graph, facts, logits, input, classes, differentiable, profile, notes } = classifier
  const forward = writeModel(buildLogitsGraph(graph, facts, logits).graph)
  const { provider, passedOver } = await chooseProvider(forward, zeroFeeds(classifier), asked)
  const model = new OnnxModel(file.hash, classifier, sessionFactory(provider, threads))
  const info: ModelInfo = {
    id: file.hash,
    name: file.name,
    input,
    classes,
    provider,
    passedOver,
    threads,
    differentiable,
    profile,
    notes,
  }
  return { model, info }
}
