import { HalftoneError } from '../errors'
import { sizeOf } from '../tensor/Tensor'
import { inferredShapes, type ShapeInference, type Shapes } from './inferredShapes'
import { longestAxis } from './longestAxis'
import type { Dimension, OnnxGraph, OnnxNode, OnnxTensor } from './OnnxGraph'
import { describeNode } from './OnnxGraph'
import { smallValues } from './smallValues'
import { withoutWeights } from './withoutWeights'

/** Values in one tensor, and in all of a model's inner tensors together, for two images. */
export interface SizeLimits {
  readonly tensor: number
  readonly total: number
}

/** 2 GiB and 32 GiB of floats: some twenty times what the largest classifiers of torchvision have. */
export const defaultLimits: SizeLimits = { tensor: 2 ** 29, total: 2 ** 33 }

/** Shapes that are computed are put in place of their computation, and inferred from again; more rounds bring nothing. */
const rounds = 4

/**
 * Refuses a model whose inner tensors are too large, before anything of it is run or folded: a file of a hundred bytes can
 * ask for a tensor of a terabyte. What depends on the values of the images cannot be foreseen.
 * @throws HalftoneError `unsupported`, naming the node
 */
export async function checkSizes(
  graph: OnnxGraph,
  infer: ShapeInference,
  limits: SizeLimits = defaultLimits,
): Promise<void> {
  let current = forTwo(withoutWeights(graph))
  for (let round = 0; round < rounds; round++) {
    const { shapes, overflow } = await inferredShapes(current, infer)
    checkShapes(current, shapes, limits)
    if (overflow) throw tooLong(overflow, limits)
    const settled = withComputedValues(current, shapes)
    if (settled === null) return
    current = settled
  }
}

function checkShapes(graph: OnnxGraph, shapes: Shapes, limits: SizeLimits): void {
  let total = 0
  const constant = (name: string | undefined): OnnxTensor | undefined => graph.initializers.get(name ?? '')
  for (const node of graph.nodes) {
    if (longestAxis(node, shapes, constant) > limits.tensor) throw tooLong(node, limits)
    for (const output of node.outputs) {
      const shape = shapes.get(output) ?? []
      const size = sizeOf(shape.map((length) => length ?? 1))
      total += size
      if (size > limits.tensor || total > limits.total) throw tooLarge(node, shape, size, limits, total)
    }
  }
}

function tooLong(node: OnnxNode, { tensor }: SizeLimits): HalftoneError {
  return new HalftoneError(
    'unsupported',
    `${describeNode(node)} makes a tensor of more than ${tensor.toLocaleString('en')} values, which is all that can be handled. ${madeToFill}`,
  )
}

const madeToFill = 'The file is damaged or made to fill the memory; if it is neither, use smaller images.'

function tooLarge(
  node: OnnxNode,
  shape: readonly (number | null)[],
  size: number,
  limits: SizeLimits,
  total: number,
): HalftoneError {
  const count = (values: number): string =>
    values >= 1e15 ? values.toExponential(1) : values.toLocaleString('en')
  const what =
    size > limits.tensor
      ? `makes a tensor of ${count(size)} values, [${shape.map((length) => length ?? '?').join(', ')}]; at most ${count(limits.tensor)}`
      : `brings the model's tensors to ${count(total)} values; at most ${count(limits.total)}`
  return new HalftoneError('unsupported', `${describeNode(node)} ${what} can be handled. ${madeToFill}`)
}

/** The batch becomes two, and outputs are left to be inferred. */
function forTwo(graph: OnnxGraph): OnnxGraph {
  const known = (shape: readonly Dimension[] | undefined): readonly Dimension[] | undefined =>
    shape?.map((length) => (typeof length === 'number' ? length : 2))
  return {
    ...graph,
    inputs: graph.inputs.map((info) => {
      const shape = known(info.shape)
      return shape ? { ...info, shape } : info
    }),
    outputs: graph.outputs.map(({ name }) => ({ name })),
  }
}

/** The graph with what can be computed of shapes and small constants as constants; null when that is nothing new. */
function withComputedValues(graph: OnnxGraph, shapes: Shapes): OnnxGraph | null {
  const values = smallValues(graph, shapes)
  const unknown = graph.nodes.some(({ outputs }) =>
    outputs.some((output) => output !== '' && (shapes.get(output)?.includes(null) ?? true)),
  )
  const nodes = graph.nodes.filter(({ outputs }) => !outputs.some((output) => values.has(output)))
  if (!unknown || nodes.length === graph.nodes.length || nodes.length === 0) return null
  const initializers = new Map<string, OnnxTensor>([...graph.initializers, ...values])
  return { ...graph, nodes, initializers }
}
