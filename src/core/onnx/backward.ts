import { HalftoneError } from '../errors'
import { carriesGradient, factOf } from './facts'
import type { Facts } from './facts'
import type { GradientRule } from './gradients/rule'
import { gradientRules, zeroGradientOps } from './gradients'
import { RuleContext } from './gradients/rule'
import type { GraphBuilder } from './GraphBuilder'
import { joinParts } from './joinParts'
import { describeNode } from './OnnxGraph'
import type { OnnxNode } from './OnnxGraph'
import { readsOf } from './subgraphs'
import { unbroadcast } from './unbroadcast'

export interface BackwardTask {
  /** Shapes of every tensor of the nodes that are walked. */
  readonly facts: Facts
  /** Where to start: a tensor of the graph and its cotangent, d loss / d tensor, of the same shape. */
  readonly seeds: ReadonlyMap<string, string>
  /** Inputs, parameters or inner tensors whose gradients are asked for. */
  readonly wrt: readonly string[]
}

/**
 * Appends the nodes that compute gradients: the reverse mode of differentiation, one rule per operator
 * (gradients/index.ts). Only what lies between `wrt` and the seeds is walked, and only those gradients are computed.
 * @returns the name of each gradient; null where the loss does not depend on the tensor.
 * @throws HalftoneError `not-differentiable`, naming the node, when an operator on the way has no rule.
 */
export function backward(builder: GraphBuilder, task: BackwardTask): ReadonlyMap<string, string | null> {
  const nodes = [...builder.nodes]
  const { facts, wrt } = task
  for (const name of wrt) factOf(facts, name)
  const active = dependents(nodes, facts, wrt)
  const pending = new Map<string, string[]>()
  for (const [name, cotangent] of task.seeds) pending.set(name, [cotangent])
  const wanted = new Set(wrt)
  const found = new Map<string, string>()
  const take = (name: string): string | null => {
    const parts = pending.get(name)
    if (!parts) return null
    const total =
      joinParts(builder, factOf(facts, name), parts) ??
      parts.reduce((sum, part) => builder.node('Add', [sum, part], {}, `grad_${name}`))
    pending.set(name, [total])
    if (wanted.has(name)) found.set(name, total)
    return total
  }
  for (const node of nodes.reverse()) {
    if (!node.outputs.some((output) => pending.has(output))) continue
    if (!readsOf(node).some((name) => active.has(name))) continue
    const incoming = node.outputs.map((output) => (active.has(output) ? take(output) : null))
    if (incoming.every((gradient) => gradient === null)) continue
    const gradients = applyRule(builder, facts, node, incoming, active)
    node.inputs.forEach((input, place) => {
      const gradient = gradients[place]
      if (gradient === null || gradient === undefined || !active.has(input)) return
      pending.set(input, [...(pending.get(input) ?? []), gradient])
    })
  }
  return new Map(wrt.map((name) => [name, found.get(name) ?? take(name)]))
}

/** The names that depend on `wrt` and can carry a gradient, `wrt` among them. */
function dependents(nodes: readonly OnnxNode[], facts: Facts, wrt: readonly string[]): ReadonlySet<string> {
  const active = new Set(wrt)
  for (const node of nodes) {
    if (!readsOf(node).some((name) => active.has(name))) continue
    for (const output of node.outputs) if (carriesGradient(facts, output)) active.add(output)
  }
  return active
}

/** Runs a node's rule, names the node when it fails, and brings broadcast gradients to their inputs' shapes. */
function applyRule(
  builder: GraphBuilder,
  facts: Facts,
  node: OnnxNode,
  incoming: readonly (string | null)[],
  active: ReadonlySet<string>,
): readonly (string | null)[] {
  if (node.domain === '' && zeroGradientOps.has(node.op)) return node.inputs.map(() => null)
  const rule = ruleFor(node)
  checkPrecision(facts, node)
  const context = new RuleContext(builder, facts, node, active)
  let gradients: readonly (string | null)[]
  try {
    gradients = rule.gradient(context, incoming)
  } catch (cause) {
    if (!(cause instanceof HalftoneError)) throw cause
    throw new HalftoneError('not-differentiable', `${describeNode(node)}: ${cause.message}`, { cause })
  }
  if (!rule.broadcasts) return gradients
  const from = factOf(facts, node.outputs[0]!)
  return gradients.map((gradient, place) =>
    gradient === null || !active.has(node.inputs[place]!)
      ? null
      : unbroadcast(builder, gradient, from, factOf(facts, node.inputs[place]!)),
  )
}

/** Half precision would need constants of its own everywhere, and its gradients underflow. */
function checkPrecision(facts: Facts, node: OnnxNode): void {
  for (const name of [...node.inputs, ...node.outputs]) {
    const type = facts.tensors.get(name)?.type
    if (type === 'float16' || type === 'bfloat16') {
      throw new HalftoneError(
        'not-differentiable',
        `${describeNode(node)} computes in ${type}. Save the model with 32-bit floats to take its gradient.`,
      )
    }
  }
}

function ruleFor(node: OnnxNode): GradientRule {
  const rules: Readonly<Record<string, GradientRule>> = gradientRules
  const rule = node.domain === '' && Object.hasOwn(rules, node.op) ? rules[node.op] : undefined
  if (rule) return rule
  throw new HalftoneError(
    'not-differentiable',
    `${describeNode(node)}: there is no gradient rule for this operator. The model still classifies. ` +
      `Supported: ${Object.keys(rules).join(', ')}; with a gradient of zero: ${[...zeroGradientOps].join(', ')}.`,
  )
}
