import { HalftoneError } from '../errors'
import { factOf, isBatched } from './facts'
import type { Fact, Facts } from './facts'
import type { OnnxGraph } from './OnnxGraph'

export interface LogitsTensor {
  readonly name: string
  readonly classes: number
}

/**
 * The class scores before any softmax: the first output of shape [n, classes] (or [n, classes, 1, 1]), and where that is
 * a Softmax or LogSoftmax of another tensor, that other one. Attacks need scores that are not yet squeezed.
 * @throws HalftoneError `unsupported` when no output looks like class scores.
 */
export function findLogits(graph: OnnxGraph, facts: Facts): LogitsTensor {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)))
  for (const { name } of graph.outputs) {
    const classes = classesOf(factOf(facts, name), facts)
    if (classes === undefined) continue
    let tensor = name
    for (let maker = makers.get(tensor); maker; maker = makers.get(tensor)) {
      const squeezes = maker.op === 'Softmax' || maker.op === 'LogSoftmax'
      const passes = ['Identity', 'Reshape', 'Flatten', 'Squeeze'].includes(maker.op)
      const before = maker.inputs[0]!
      if (maker.domain !== '' || (!squeezes && !passes)) break
      if (classesOf(factOf(facts, before), facts) !== classes) break
      tensor = before
      if (squeezes) return { name: tensor, classes }
    }
    return { name, classes }
  }
  const shapes = graph.outputs.map(
    ({ name }) =>
      `'${name}' [${factOf(facts, name)
        .shape.map((length) => length ?? 'n')
        .join(', ')}]`,
  )
  throw new HalftoneError(
    'unsupported',
    `Expected a classifier with an output [n, classes], got ${shapes.join(', ')}.`,
  )
}

function classesOf(fact: Fact, facts: Facts): number | undefined {
  const [batch, classes, ...rest] = fact.shape
  if (fact.type !== 'float' || batch === undefined || !isBatched(facts, batch)) return undefined
  if (typeof classes !== 'number' || classes < 2 || rest.some((length) => length !== 1)) return undefined
  return classes
}
