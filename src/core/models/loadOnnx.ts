import { HalftoneError } from '#core/errors'
import { learnFacts, type Facts, type GraphRunner } from '#core/onnx/facts'
import { findLogits, type LogitsTensor } from '#core/onnx/findLogits'
import { buildGradientGraph } from '#core/onnx/gradientGraph'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { stripUnusedOpsets } from '#core/onnx/prune'
import { readModel } from '#core/onnx/readModel'
import type { ImageSpec } from '#core/tensor/Images'
import type { Differentiable } from './ModelInfo'
import { checkedClassNames, numberedClasses, readClassNames } from './readClassNames'

/** What reading a model needs of ONNX Runtime. */
export interface OnnxTools {
  /** Constants and batch normalisation folded, standard operators only. */
  fold(model: Uint8Array): Promise<Uint8Array>
  readonly run: GraphRunner
}

/** An ONNX classifier, read and understood, but without a session yet. */
export interface OnnxClassifier {
  /** As the file has it, with all its names. */
  readonly source: OnnxGraph
  /** After folding: what runs. */
  readonly graph: OnnxGraph
  readonly facts: Facts
  readonly inputName: string
  readonly input: ImageSpec
  readonly logits: LogitsTensor
  readonly classes: readonly string[]
  readonly differentiable: Differentiable
}

/**
 * Reads an ONNX file and finds out what it is: its image input, its class scores, every shape, its class names
 * (`classes` given, else metadata entry `classes`, else numbers), and whether it can be differentiated.
 * @throws HalftoneError `unreadable-file`; `unsupported` for what is not a classifier of NCHW float images
 */
export async function loadOnnx(
  bytes: Uint8Array,
  tools: OnnxTools,
  classes?: readonly string[],
): Promise<OnnxClassifier> {
  const source = readModel(bytes)
  const { name, spec } = imageInput(source)
  const graph = stripUnusedOpsets(readModel(await tools.fold(bytes)))
  const facts = await learnFacts(graph, tools.run)
  const logits = findLogits(graph, facts)
  const inFile = source.metadata.get('classes')
  const names =
    classes ?? (inFile === undefined ? undefined : readClassNames(inFile, "The model's class names"))
  return {
    source,
    graph,
    facts,
    inputName: name,
    input: spec,
    logits,
    classes: names ? checkedClassNames(names, logits.classes, 'Labels') : numberedClasses(logits.classes),
    differentiable: differentiability(graph, facts, name, logits),
  }
}

function imageInput(graph: OnnxGraph): { name: string; spec: ImageSpec } {
  const [first, ...rest] = graph.inputs
  if (!first || rest.length > 0) {
    const names = graph.inputs.map(({ name }) => name).join(', ') || 'none'
    throw new HalftoneError(
      'unsupported',
      `Expected a model with one input, its images; this one has: ${names}.`,
    )
  }
  const { name, type, shape } = first
  const [, channels, height, width] = shape ?? []
  const text = `${type ?? 'unknown'} [${(shape ?? []).map((length) => length ?? '?').join(', ')}]`
  if (type !== 'float' || shape?.length !== 4) {
    throw new HalftoneError(
      'unsupported',
      `Expected an input of float images [n, channels, height, width], got '${name}' ${text}.`,
    )
  }
  if (typeof channels !== 'number' || typeof height !== 'number' || typeof width !== 'number') {
    throw new HalftoneError(
      'unsupported',
      `The image size of input '${name}' is not fixed: ${text}. Export the model with fixed channels, height and width.`,
    )
  }
  return { name, spec: { channels, height, width } }
}

function differentiability(
  graph: OnnxGraph,
  facts: Facts,
  input: string,
  logits: LogitsTensor,
): Differentiable {
  try {
    buildGradientGraph(graph, facts, { input, logits, loss: { kind: 'cross-entropy' } })
    return { ok: true }
  } catch (error) {
    if (error instanceof HalftoneError) return { ok: false, reason: error.message }
    throw error
  }
}
