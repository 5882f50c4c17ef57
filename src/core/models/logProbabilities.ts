import type { Facts, GraphRunner, RunTensor } from '#core/onnx/facts'
import { factOf } from '#core/onnx/facts'
import type { LogitsTensor } from '#core/onnx/findLogits'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import { buildLogitsGraph } from '#core/onnx/gradientGraph'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { writeModel } from '#core/onnx/writeModel'
import { pixelsPerImage, type ImageSpec } from '#core/tensor/Images'
import type { Random } from '#core/tensor/Random'

/** Scores come out of these as they are: no need to look at what they give. */
const linear = new Set([
  'Gemm',
  'MatMul',
  'Add',
  'Conv',
  'GlobalAveragePool',
  'Reshape',
  'Flatten',
  'Squeeze',
])

/** Below what a float32 softmax tells from nothing; keeps the logarithm finite. */
const least = 1e-30

/**
 * A graph whose scores turn out to be probabilities (each row above zero, with sum 1) gives their logarithms instead:
 * softmax(log p) = p, so that every loss on logits is the loss on log p. For models that end in a softmax which is not
 * seen as one, a mean over several heads, for example.
 * @returns null when the scores are no probabilities
 */
export async function logProbabilities(
  graph: OnnxGraph,
  facts: Facts,
  model: { readonly inputName: string; readonly input: ImageSpec; readonly logits: LogitsTensor },
  tools: { readonly run: GraphRunner; readonly random: Random },
): Promise<{ readonly graph: OnnxGraph; readonly facts: Facts; readonly logits: LogitsTensor } | null> {
  const { inputName, input, logits } = model
  const maker = graph.nodes.find(({ outputs }) => outputs.includes(logits.name))
  if (!maker || logits.squeezedBy || linear.has(maker.op)) return null
  const count = facts.batch === 'free' ? 2 : facts.batch
  const { channels, height, width } = input
  const data = Float32Array.from({ length: count * pixelsPerImage(input) }, () => tools.random.uniform())
  const feed: RunTensor = { type: 'float', dims: [count, channels, height, width], data }
  const forward = buildLogitsGraph(graph, facts, logits)
  const scores = (await tools.run(writeModel(forward.graph), { [inputName]: feed }))[forward.logits]!
  if (!areProbabilities(scores.data as Float32Array, logits.classes)) return null
  const builder = new GraphBuilder(graph)
  const name = builder.node('Log', [builder.node('Max', [logits.name, builder.scalar(least)])], {}, 'log_p')
  const added = builder.nodes.slice(graph.nodes.length).flatMap(({ outputs }) => outputs)
  const fact = factOf(facts, logits.name)
  const tensors = new Map([...facts.tensors, ...added.map((each) => [each, fact] as const)])
  return {
    graph: builder.build(),
    facts: { ...facts, tensors },
    logits: { ...logits, name, squeezedBy: maker.op },
  }
}

/** Whether each row is above zero with sum 1. */
export function areProbabilities(scores: Float32Array, classes: number): boolean {
  for (let start = 0; start < scores.length; start += classes) {
    const row = scores.subarray(start, start + classes)
    const sum = row.reduce((total, value) => total + value, 0)
    if (!row.every((value) => value >= 0) || Math.abs(sum - 1) > 1e-3) return false
  }
  return true
}
