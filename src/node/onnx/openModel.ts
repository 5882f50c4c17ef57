import { availableParallelism } from 'node:os'
import { HalftoneError } from '#core/errors'
import { loadOnnx, type OnnxClassifier, type OnnxTools } from '#core/models/loadOnnx'
import type { ModelInfo } from '#core/models/ModelInfo'
import { summaryOf, type ModelSummary } from '#core/models/ModelSummary'
import { OnnxModel } from '#core/models/OnnxModel'
import type { OpenOptions } from '#lab/ports/Engine'
import type { CacheEntry } from './cache/CacheEntry'
import { foldGraph } from './fold'
import { GraphOpener } from './GraphOpener'
import { inferShapes } from './inferShapes'
import { Kept } from './Kept'
import type { FoundModel, ModelFile } from './modelFile'
import { modelTrial } from './modelTrial'
import { chooseProvider } from './providers'
import { runGraph } from './runGraph'

const tools: OnnxTools = { fold: foldGraph, run: runGraph, infer: inferShapes }

/**
 * Bytes for what the images of one run leave on their way. On the CPU more images at once are no faster from there on
 * (docs/decisions/0034-blocked-gradients.md), and memory grows with them; a GPU wants many.
 */
export const memoryOfRun = { cpu: 96 * 2 ** 20, gpu: 2 * 2 ** 30 } as const

/** A classifier on its back end, and what more sessions of it are made of. */
export interface OpenedClassifier {
  readonly model: OnnxModel
  readonly info: ModelInfo
  readonly summary: ModelSummary
  readonly graphs: GraphOpener
}

/**
 * Opens a classifier on the best back end that runs it. What is kept of it from before is not built again.
 * @param entry where its graphs are kept; null when they are not
 * @throws HalftoneError `unreadable-file`, `unsupported`, `invalid-argument` (threads)
 */
export async function openModel(
  file: ModelFile | FoundModel,
  { provider: asked, threads = availableParallelism() }: OpenOptions = {},
  entry: CacheEntry | null = null,
): Promise<OpenedClassifier> {
  if (!Number.isInteger(threads) || threads < 1 || threads > 1024) {
    throw new HalftoneError(
      'invalid-argument',
      `Threads must be a whole number from 1 to 1024, got ${threads}.`,
    )
  }
  const classifier = new Kept<OnnxClassifier>(async () => {
    const read = 'read' in file ? await file.read() : file
    return await loadOnnx(read.bytes, tools, read)
  })
  let summary = await entry?.summary()
  if (!summary) {
    summary = summaryOf(await classifier.get())
    await entry?.keepSummary(summary)
  }
  const { provider, passedOver } = await chooseProvider(
    modelTrial(() => classifier.get()),
    asked,
  )
  const graphs = new GraphOpener({ provider, threads, classifier, entry })
  const { input, classes, differentiable, profile, notes } = summary
  const memory = provider === 'cpu' ? memoryOfRun.cpu : memoryOfRun.gpu
  const model = new OnnxModel(file.hash, summary, (kind) => graphs.open(kind), memory)
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
  return { model, info, summary, graphs }
}
