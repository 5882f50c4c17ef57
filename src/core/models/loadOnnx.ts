import type { ModelProfile, ProfileInput } from '#contract/profile'
import { HalftoneError } from '#core/errors'
import { checkSizes } from '#core/onnx/checkSizes'
import type { ShapeInference } from '#core/onnx/inferredShapes'
import { learnFacts, type Facts, type GraphRunner } from '#core/onnx/facts'
import { findLogits, type LogitsTensor } from '#core/onnx/findLogits'
import { buildGradientGraph } from '#core/onnx/gradientGraph'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { stripUnusedOpsets } from '#core/onnx/prune'
import type { ExternalData } from '#core/onnx/readTensor'
import type { ImageSpec } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import type { Differentiable } from './ModelInfo'
import { logProbabilities } from './logProbabilities'
import { prepareModel } from './prepareModel'
import type { ProfileHint } from './profile/profileHints'
import { checkedClassNames, numberedClasses, readClassNames } from './readClassNames'

/** What reading a model needs of ONNX Runtime. */
export interface OnnxTools {
  /** Constants and batch normalisation folded, standard operators only. */
  fold(graph: OnnxGraph): Promise<OnnxGraph>
  readonly run: GraphRunner
  readonly infer: ShapeInference
}

/** An ONNX classifier, read and understood, but without a session yet. */
export interface OnnxClassifier {
  /** As the file has it, with all its names, and its preprocessing in front. */
  readonly source: OnnxGraph
  /** After folding: what runs. */
  readonly graph: OnnxGraph
  readonly facts: Facts
  readonly inputName: string
  readonly input: ImageSpec
  readonly logits: LogitsTensor
  readonly classes: readonly string[]
  readonly differentiable: Differentiable
  readonly profile: ModelProfile
  /** What is done with the model that its file does not say. */
  readonly notes: readonly string[]
}

export interface LoadOptions {
  /** Class names; by default those in the file's metadata, else numbers. */
  readonly classes?: readonly string[] | undefined
  /** Class names from beside the model, taken where there are as many as classes. */
  readonly classHint?: readonly string[] | undefined
  /** What is known of the preprocessing; the rest is detected. */
  readonly profile?: ProfileInput | undefined
  /** What files beside the model say of it. */
  readonly hints?: readonly ProfileHint[] | undefined
  /** The files that hold the model's data outside of it, by the location that it names. */
  readonly external?: ExternalData | undefined
}

/**
 * Reads an ONNX file and finds out what it is: its image input and how that is made from pixels, its class scores, every
 * shape, its class names, and whether it can be differentiated. The preprocessing becomes part of the graph.
 * @throws HalftoneError `unreadable-file`; `unsupported` for what is no classifier of images; `invalid-argument` for a
 *   profile that the file contradicts
 */
export async function loadOnnx(
  bytes: Uint8Array,
  tools: OnnxTools,
  options: LoadOptions = {},
): Promise<OnnxClassifier> {
  const prepared = prepareModel(bytes, options)
  const { graph: source, inputName, spec, profile } = prepared
  await checkSizes(source, tools.infer)
  const folded = stripUnusedOpsets(await tools.fold(source))
  const learned = await learnFacts(folded, tools.run)
  const scores = findLogits(folded, learned, profile.output)
  const asLogs = await logProbabilities(
    folded,
    learned,
    { inputName, input: spec, logits: scores },
    { run: tools.run, random: new Random('scores') },
  )
  const { graph, facts, logits } = asLogs ?? { graph: folded, facts: learned, logits: scores }
  return {
    source,
    graph,
    facts,
    inputName,
    input: spec,
    logits,
    classes: classNames(source, logits.classes, options),
    differentiable: differentiability(graph, facts, inputName, logits),
    profile,
    notes: [...prepared.notes, ...scoreNotes(logits, asLogs !== null)],
  }
}

function classNames(
  { metadata }: OnnxGraph,
  count: number,
  { classes, classHint }: LoadOptions,
): readonly string[] {
  const inFile = metadata.get('classes')
  const names =
    classes ?? (inFile === undefined ? undefined : readClassNames(inFile, "The model's class names"))
  if (names) return checkedClassNames(names, count, 'Labels')
  return classHint?.length === count ? classHint : numberedClasses(count)
}

function scoreNotes({ squeezedBy }: LogitsTensor, asLogs: boolean): string[] {
  if (asLogs) return ['The model gives probabilities; attacks work on their logarithms.']
  return squeezedBy ? [`The model ends in ${squeezedBy}; attacks work on the scores before it.`] : []
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
