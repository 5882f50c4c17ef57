import { HalftoneError } from '../errors'
import { factOf, isBatched } from './facts'
import type { Fact, Facts } from './facts'
import type { OnnxGraph, OnnxNode } from './OnnxGraph'

export interface LogitsTensor {
  readonly name: string
  readonly classes: number
  /** The operator that the graph squeezes the scores with, where they are taken from before it. */
  readonly squeezedBy?: string
}

/** What may stand between scores and output and changes no order among them. */
const passes = new Set(['Identity', 'Reshape', 'Flatten', 'Squeeze', 'Cast', 'Clip', 'Log'])

/**
 * The class scores before any softmax: of the outputs of shape [n, classes] (or [n, classes, 1, 1]) the one asked for, or
 * the first, or one whose name says more; and where that is a Softmax, LogSoftmax or Sigmoid of another tensor, that other
 * one. Attacks need scores that are not yet squeezed.
 * @param output the name of an output; null or absent for the one that looks most like scores
 * @throws HalftoneError `unsupported` when no output looks like class scores, `not-found` when there is none of that name.
 */
export function findLogits(graph: OnnxGraph, facts: Facts, output: string | null = null): LogitsTensor {
  const candidates = scoreOutputs(graph, facts)
  const { name, classes } =
    output === null ? likeliest(candidates, graph, facts) : asked(output, candidates, graph)
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((made) => [made, node] as const)))
  let tensor = name
  for (let maker = makers.get(tensor); maker; maker = makers.get(tensor)) {
    if (maker.domain !== '') break
    const before = squeezedFrom(maker, makers)
    const next = before ?? (passes.has(maker.op) ? maker.inputs[0]! : undefined)
    if (next === undefined || classesOf(factOf(facts, next), facts) !== classes) break
    tensor = next
    if (before !== null)
      return { name: tensor, classes, squeezedBy: maker.op === 'Div' ? 'Softmax' : maker.op }
  }
  return { name, classes }
}

/** The outputs that may be class scores. */
export function scoreOutputs(graph: OnnxGraph, facts: Facts): readonly { name: string; classes: number }[] {
  return graph.outputs.flatMap(({ name }) => {
    const classes = classesOf(factOf(facts, name), facts)
    return classes === undefined ? [] : [{ name, classes }]
  })
}

type Candidates = ReturnType<typeof scoreOutputs>

/** Names that exporters give: "logits" beside hidden states, "embedding" beside scores. */
function likeliest(candidates: Candidates, graph: OnnxGraph, facts: Facts): Candidates[number] {
  const rank = ({ name }: Candidates[number]): number => {
    if (/logit/i.test(name)) return 2
    if (/prob|score|class|pred|softmax/i.test(name)) return 1
    return /embed|feature|pool|hidden|aux/i.test(name) ? -1 : 0
  }
  const best = candidates.toSorted((a, b) => rank(b) - rank(a))[0]
  if (best) return best
  throw new HalftoneError(
    'unsupported',
    `Expected a classifier with an output [n, classes], got ${shapesOf(graph, facts)}.`,
  )
}

function asked(output: string, candidates: Candidates, graph: OnnxGraph): Candidates[number] {
  const found = candidates.find(({ name }) => name === output)
  if (found) return found
  const there = graph.outputs.some(({ name }) => name === output)
  const names = candidates.map(({ name }) => `'${name}'`).join(', ') || 'none'
  throw new HalftoneError(
    'not-found',
    `The model ${there ? `has no class scores in its output '${output}'` : `has no output '${output}'`}. ` +
      `Outputs with class scores: ${names}.`,
  )
}

const shapesOf = (graph: OnnxGraph, facts: Facts): string =>
  graph.outputs
    .map(
      ({ name }) =>
        `'${name}' [${factOf(facts, name)
          .shape.map((length) => length ?? 'n')
          .join(', ')}]`,
    )
    .join(', ')

/** What a node squeezes to probabilities; null for a node that does nothing of the sort. */
function squeezedFrom(node: OnnxNode, makers: ReadonlyMap<string, OnnxNode>): string | null {
  if (node.op === 'Softmax' || node.op === 'LogSoftmax' || node.op === 'Sigmoid') return node.inputs[0]!
  // exp(x - max x) / sum exp(x - max x), as older exporters write a softmax.
  if (node.op !== 'Div') return null
  const [above, below] = node.inputs.map((name) => makers.get(name))
  if (above?.op !== 'Exp' || below?.op !== 'ReduceSum' || below.inputs[0] !== node.inputs[0]) return null
  const inner = makers.get(above.inputs[0]!)
  const centred = inner?.op === 'Sub' && makers.get(inner.inputs[1]!)?.op === 'ReduceMax'
  return centred ? inner.inputs[0]! : above.inputs[0]!
}

function classesOf(fact: Fact, facts: Facts): number | undefined {
  const [batch, classes, ...rest] = fact.shape
  if (fact.type !== 'float' || batch === undefined || !isBatched(facts, batch)) return undefined
  if (typeof classes !== 'number' || classes < 2 || rest.some((length) => length !== 1)) return undefined
  return classes
}
