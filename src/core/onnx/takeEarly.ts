import { int, intAttribute } from './attributes'
import { makeTensor, numbersOf } from './elementTypes'
import type { Fact, Facts } from './facts'
import type { OnnxGraph, OnnxNode, OnnxTensor } from './OnnxGraph'
import { Readers } from './Readers'

/** Operators that work element by element, with operands that are spread. */
const elementwise = new Set([
  ...['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Neg', 'Abs', 'Exp', 'Sqrt', 'Erf', 'Gelu', 'Identity'],
  ...['Relu', 'LeakyRelu', 'Elu', 'Selu', 'Sigmoid', 'Tanh', 'HardSigmoid', 'HardSwish', 'Mish', 'Softplus'],
])

/**
 * A graph that computes one position of a sequence only, where no more is asked for: a transformer that classifies by its class
 * token takes one row of what its last layers make of all of them. The row is taken where rows last see each other.
 * @returns with the facts of the tensors that are shorter now, under the names that they had
 */
export function takeEarly(
  graph: OnnxGraph,
  facts: Facts,
): { readonly graph: OnnxGraph; readonly facts: Facts } {
  const readers = new Readers(graph)
  for (const node of graph.nodes) {
    const row = takenRow(node, graph, facts)
    const made = row && withRow(graph, facts, row, readers)
    // One is all that transformers have; a second would start from a graph whose readers have changed.
    if (made) return made
  }
  return { graph, facts }
}

interface Row {
  readonly gather: OnnxNode
  readonly axis: number
  readonly index: OnnxTensor
}

/** A Gather of one element of an axis whose length is known. */
function takenRow(gather: OnnxNode, { initializers }: OnnxGraph, facts: Facts): Row | null {
  if (gather.op !== 'Gather' || gather.domain !== '') return null
  const index = initializers.get(gather.inputs[1]!)
  const shape = facts.tensors.get(gather.inputs[0]!)?.shape
  if (index?.type !== 'int64' || numbersOf(index).length !== 1 || !shape) return null
  const given = intAttribute(gather, 'axis', 0)
  const axis = given < 0 ? given + shape.length : given
  return typeof shape[axis] === 'number' && shape[axis] > 1 ? { gather, axis, index } : null
}

/** Null where there is nothing to gain. */
function withRow(
  graph: OnnxGraph,
  facts: Facts,
  { gather, axis, index }: Row,
  readers: Readers,
): { readonly graph: OnnxGraph; readonly facts: Facts } | null {
  const rank = facts.tensors.get(gather.inputs[0]!)!.shape.length
  const region = new Set([gather])
  for (const node of graph.nodes.toReversed()) {
    if (!rowByRow(node, { axis, rank }, graph, facts)) continue
    const all = readers.of(node.outputs[0]!)
    const only =
      all.length > 0 && all.every((reader) => region.has(reader) && readsRows(reader, node.outputs[0]!))
    if (only && !graph.outputs.some(({ name }) => name === node.outputs[0])) region.add(node)
  }
  if (![...region].some(({ op }) => op === 'MatMul')) return null

  const inside = new Set([...region].map(({ outputs }) => outputs[0]!))
  const tensors = new Map(facts.tensors)
  const initializers = new Map(graph.initializers)
  const nodes: OnnxNode[] = []
  const one = `${gather.outputs[0]!}_row`
  initializers.set(one, makeTensor('int64', [1], BigInt64Array.from(numbersOf(index), BigInt)))
  const shorter = (name: string, place: number): Fact => {
    const fact = facts.tensors.get(name)!
    return { ...fact, shape: fact.shape.map((length, i) => (i === place ? 1 : length)) }
  }
  const rowOf = (name: string): string => {
    const shape = facts.tensors.get(name)?.shape ?? []
    const place = axis - (rank - shape.length)
    if (inside.has(name) || place < 0 || shape[place] === 1) return name
    const row = `${name}_row_of_${gather.outputs[0]!}`
    if (!tensors.has(row)) {
      const attributes = { axis: int(place) }
      nodes.push({ name: row, op: 'Gather', domain: '', inputs: [name, one], outputs: [row], attributes })
      tensors.set(row, shorter(name, place))
    }
    return row
  }
  for (const node of graph.nodes) {
    if (node === gather) {
      const first = `${one}_first`
      initializers.set(first, makeTensor('int64', index.shape, new BigInt64Array(1)))
      nodes.push({ ...node, inputs: [node.inputs[0]!, first] })
    } else if (region.has(node)) {
      const inputs = node.inputs.map((input) => (readsRows(node, input) ? rowOf(input) : input))
      nodes.push({ ...node, inputs })
      tensors.set(node.outputs[0]!, shorter(node.outputs[0]!, axis))
    } else nodes.push(node)
  }
  return { graph: { ...graph, nodes, initializers }, facts: { ...facts, tensors } }
}

/** True for a node whose rows along the axis depend on the same row of what it reads, and on constants. */
function rowByRow(
  node: OnnxNode,
  { axis, rank }: { readonly axis: number; readonly rank: number },
  { initializers }: OnnxGraph,
  facts: Facts,
): boolean {
  const fact = (name: string | undefined): Fact | undefined => facts.tensors.get(name ?? '')
  const [output, ...others] = node.outputs
  if (node.domain !== '' || others.some((name) => name !== '')) return false
  if (fact(output)?.shape.length !== rank || node.inputs.some((input) => !fact(input))) return false
  if (elementwise.has(node.op)) return true
  if (fact(node.inputs[0])!.shape.length !== rank) return false
  if (node.op === 'MatMul') return axis < rank - 1 && initializers.get(node.inputs[1]!)?.shape.length === 2
  if (node.op !== 'LayerNormalization') return false
  const given = intAttribute(node, 'axis', -1)
  return (given < 0 ? given + rank : given) > axis
}

/** False for the weights of a layer, whose axes are others. */
const readsRows = (node: OnnxNode, name: string): boolean =>
  elementwise.has(node.op) || node.inputs[0] === name
