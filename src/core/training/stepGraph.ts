import { backward } from '#core/onnx/backward'
import type { Facts } from '#core/onnx/facts'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import { crossEntropy } from '#core/onnx/losses'
import { reduceSum } from '#core/onnx/ops'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { pruneGraph } from '#core/onnx/prune'
import { HalftoneError } from '../errors'

/** One training step as a graph. Parameters are inputs, so that new values need no new session. */
export interface StepGraph {
  readonly graph: OnnxGraph
  /** Output that holds each parameter's gradient. */
  readonly gradients: ReadonlyMap<string, string>
}

/** Names that every step graph has. */
export const stepNames = { targets: 'targets', loss: 'loss', logits: 'step_logits' } as const

/**
 * Turns a classifier into a graph from (images, targets, parameters) to (loss, logits, gradients).
 * The loss is -sum(targets * log softmax(logits)), targets [n, classes] >= 0: one-hot rows over n give the mean
 * cross-entropy, soft rows distillation or smoothing.
 *
 * @param net a classifier whose one output is its logits [n, classes]
 * @param parameters names of initializers that are to be trained
 * @throws HalftoneError `not-differentiable` when an operator between a parameter and the logits has no rule
 */
export function buildStepGraph(net: OnnxGraph, facts: Facts, parameters: readonly string[]): StepGraph {
  const logits = net.outputs[0]?.name
  const classes = logits === undefined ? undefined : facts.tensors.get(logits)?.shape.at(-1)
  if (logits === undefined || typeof classes !== 'number') {
    throw new HalftoneError(
      'invalid-argument',
      'Expected a net with one output of shape [n, classes], got none. Build the net with its logits as its output.',
    )
  }
  const b = withInputs(net, parameters)
  const targets = b.input(stepNames.targets, 'float', ['batch', classes])
  const { loss, cotangent } = crossEntropy(b, logits, targets, classes)
  const total = reduceSum(b, loss, [0], false)
  const gradients = addGradients(b, facts, new Map([[logits, cotangent]]), parameters)
  b.output(rename(b, total, stepNames.loss))
  b.output(rename(b, logits, stepNames.logits))
  return { graph: pruneGraph(b.build(`${net.name}-step`)), gradients }
}

/**
 * Turns a net whose one output is its loss, a scalar, into a graph from (images, parameters) to (loss, gradients).
 * @throws HalftoneError `not-differentiable`, see {@link buildStepGraph}
 */
export function buildLossStepGraph(net: OnnxGraph, facts: Facts, parameters: readonly string[]): StepGraph {
  const loss = net.outputs[0]?.name
  if (loss === undefined || facts.tensors.get(loss)?.shape.length !== 0) {
    throw new HalftoneError('invalid-argument', 'Expected a net whose one output is its loss, a scalar.')
  }
  const b = withInputs(net, parameters)
  const gradients = addGradients(b, facts, new Map([[loss, b.scalar(1)]]), parameters)
  b.output(rename(b, loss, stepNames.loss))
  return { graph: pruneGraph(b.build(`${net.name}-step`)), gradients }
}

function addGradients(
  b: GraphBuilder,
  facts: Facts,
  seeds: ReadonlyMap<string, string>,
  parameters: readonly string[],
): ReadonlyMap<string, string> {
  const found = backward(b, { facts, seeds, wrt: parameters })
  const gradients = new Map<string, string>()
  for (const [name, gradient] of found) {
    if (gradient === null) {
      throw new HalftoneError(
        'invalid-argument',
        `The loss does not depend on the parameter '${name}'. Leave it out of the list of parameters.`,
      )
    }
    gradients.set(name, b.output(gradient))
  }
  return gradients
}

/**
 * The net without its outputs and with its parameters as inputs. That comes before going back: a rule may compute from a
 * constant once and for all, such as a convolution's turned kernel, and a parameter must not look like one.
 */
function withInputs(net: OnnxGraph, parameters: readonly string[]): GraphBuilder {
  const b = new GraphBuilder(net)
  b.clearOutputs()
  for (const parameter of parameters) {
    const held = b.removeInitializer(parameter)
    if (held) b.input(parameter, held.type, held.shape)
  }
  return b
}

/** Gives a tensor a fixed name for the outside; ONNX Runtime removes the copy. */
function rename(b: GraphBuilder, from: string, to: string): string {
  return b.node('Identity', [from], {}, to)
}
