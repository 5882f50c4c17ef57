import { HalftoneError } from '../errors'
import { backward } from './backward'
import { factOf, withFreeBatch } from './facts'
import type { Facts } from './facts'
import type { LogitsTensor } from './findLogits'
import { foldLengths } from './foldLengths'
import { GraphBuilder } from './GraphBuilder'
import { crossEntropy, margin, oneHot } from './losses'
import type { LossNodes } from './losses'
import type { OnnxGraph } from './OnnxGraph'
import { reduceSum, reshape } from './ops'
import { pruneGraph } from './prune'
import { takeEarly } from './takeEarly'

/** A loss of DifferentiableModel as far as it shapes the graph; labels, confidence and cotangent come with each run. */
export type LossKind =
  | { readonly kind: 'cross-entropy' }
  | { readonly kind: 'margin'; readonly targeted: boolean }
  | { readonly kind: 'cotangent' }

export interface GradientGraphTask {
  /** The graph's image input. */
  readonly input: string
  readonly logits: LogitsTensor
  readonly loss: LossKind
}

/** A graph for one run, and what its inputs and outputs are called in it. */
export interface GradientGraph {
  readonly graph: OnnxGraph
  readonly input: string
  /** int64 [n], for cross-entropy and margin. */
  readonly labels?: string
  /** float scalar, for margin. */
  readonly confidence?: string
  /** float [n, classes], for the cotangent loss. */
  readonly cotangent?: string
  /** float [n]: each image's loss. */
  readonly loss: string
  /** float [n, classes]. */
  readonly logits: string
  /** float, the shape of the input: d (sum of losses) / d input. */
  readonly gradient: string
}

/**
 * The graph that gives loss, logits and input gradient in one run. Weights get no gradients.
 * @throws HalftoneError `not-differentiable` when an operator between input and logits has no gradient rule.
 */
export function buildGradientGraph(model: OnnxGraph, known: Facts, task: GradientGraphTask): GradientGraph {
  const { graph, facts } = asRun(model, known)
  const builder = new GraphBuilder(graph)
  builder.clearOutputs()
  const batch = facts.batch === 'free' ? 'batch' : facts.batch
  const { classes } = task.logits
  const shape = factOf(facts, task.logits.name).shape
  const flat = shape.length === 2 ? task.logits.name : reshape(builder, task.logits.name, [-1, classes])
  const { nodes, ...inputs } = lossNodes(builder, flat, task, batch)
  const seed =
    shape.length === 2
      ? nodes.cotangent
      : reshape(builder, nodes.cotangent, [-1, classes, ...shape.slice(2).map(() => 1)])
  const gradients = backward(builder, {
    facts,
    seeds: new Map([[task.logits.name, seed]]),
    wrt: [task.input],
  })
  const gradient = gradients.get(task.input)
  if (gradient === null || gradient === undefined) {
    throw new HalftoneError(
      'not-differentiable',
      `Nothing flows back from the scores '${task.logits.name}' to the input '${task.input}': between them stand only ` +
        'operators whose gradient is zero everywhere, such as a rounding, a comparison or a cast to whole numbers. ' +
        'The model still classifies.',
    )
  }
  const named = (tensor: string, hint: string): string =>
    builder.output(builder.node('Identity', [tensor], {}, hint), 'float')
  const outputs = {
    loss: named(nodes.loss, 'loss'),
    logits: named(flat, 'logits'),
    gradient: named(gradient, 'gradient'),
  }
  return { graph: pruneGraph(builder.build()), input: task.input, ...inputs, ...outputs }
}

type LossInputs = Pick<GradientGraph, 'labels' | 'confidence' | 'cotangent'>

function lossNodes(
  builder: GraphBuilder,
  logits: string,
  task: GradientGraphTask,
  batch: string | number,
): LossInputs & { readonly nodes: LossNodes } {
  const { classes } = task.logits
  if (task.loss.kind === 'cotangent') {
    const cotangent = builder.input(builder.free('cotangent'), 'float', [batch, classes])
    const products = builder.node('Mul', [logits, cotangent])
    return { cotangent, nodes: { loss: sumOverClasses(builder, products), cotangent } }
  }
  const labels = builder.input(builder.free('labels'), 'int64', [batch])
  const hot = oneHot(builder, labels, classes)
  if (task.loss.kind === 'cross-entropy')
    return { labels, nodes: crossEntropy(builder, logits, hot, classes) }
  const confidence = builder.input(builder.free('confidence'), 'float', [])
  const { targeted } = task.loss
  return { labels, confidence, nodes: margin(builder, logits, hot, confidence, { classes, targeted }) }
}

const sumOverClasses = (builder: GraphBuilder, x: string): string => reduceSum(builder, x, [1], false)

/**
 * A model as it is run: for any number of images where it allows that, without arithmetic on lengths that are known, and without
 * rows that nobody asks for.
 */
function asRun(model: OnnxGraph, facts: Facts): { readonly graph: OnnxGraph; readonly facts: Facts } {
  const any = facts.batch === 'free' ? withFreeBatch(model) : model
  return takeEarly(foldLengths(any, facts), facts)
}

/** The graph that gives logits alone, [n, classes], with the batch free where the model allows it. */
export function buildLogitsGraph(
  graph: OnnxGraph,
  facts: Facts,
  logits: LogitsTensor,
): { readonly graph: OnnxGraph; readonly logits: string } {
  const builder = new GraphBuilder(asRun(graph, facts).graph)
  builder.clearOutputs()
  const flat = reshape(builder, logits.name, [-1, logits.classes])
  const name = builder.output(builder.node('Identity', [flat], {}, 'logits'), 'float')
  return { graph: pruneGraph(builder.build()), logits: name }
}
