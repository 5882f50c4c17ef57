import { int } from '#core/onnx/attributes'
import { blockedDomain } from '#core/onnx/blocked/BlockedGraph'
import { blockLayout } from '#core/onnx/blocked/blockLayout'
import { denseLayout } from '#core/onnx/dense/denseLayout'
import { inferredShapes } from '#core/onnx/inferredShapes'
import { nameLengths } from '#core/onnx/nameLengths'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { readModel } from '#core/onnx/readModel'
import { setWeightsAside } from '#core/onnx/setAside'
import { withoutWeights } from '#core/onnx/withoutWeights'
import { writeModel } from '#core/onnx/writeModel'
import { sizeOf } from '#core/tensor/Tensor'
import { optimisedModel } from './fold'
import { inferOutputs, inferShapes } from './inferShapes'
import { runGraph } from './runGraph'

/** Files of 2 GB and more cannot be written back as one. */
const most = (1.5 * 2 ** 30) / 4

const numbersIn = ({ initializers }: OnnxGraph): number =>
  [...initializers.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0)

/**
 * A graph as this machine's CPU runs it best: optimised by ONNX Runtime, whose convolutions work on channels in blocks of as
 * many as a vector register holds, with all that stands between convolutions in the same layout
 * (docs/decisions/0034-blocked-gradients.md), and with large dense layers as such convolutions
 * (docs/decisions/0035-transformers.md). A session is to be made of it without further optimisation.
 * @returns null for a graph that is too large to be written back
 * @throws HalftoneError `unreadable-file` when ONNX Runtime does not take the graph
 */
export async function blockForCpu(given: OnnxGraph): Promise<OnnxGraph | null> {
  const aside = setWeightsAside(given)
  if (numbersIn(aside.graph) > most) return null
  const graph = aside.restore(readModel(await optimisedModel(writeModel(aside.graph), 'all')))
  if (!graph.nodes.some(({ domain }) => domain === blockedDomain)) return graph
  // Shapes follow from those of the weights: without their numbers, a model loads in a moment.
  const { shapes, overflow } = await inferredShapes(withoutWeights(graph), inferShapes)
  if (overflow) return graph
  const block = await blockSize()
  const laid = denseLayout(blockLayout(graph, shapes, block), shapes, block)
  return await nameLengths(laid, inferOutputs)
}

/** Channels to a block on this machine: what four channels are filled up to. */
async function blockSize(): Promise<number> {
  const reorder = {
    name: 'blocked',
    op: 'ReorderInput',
    domain: blockedDomain,
    inputs: ['x'],
    outputs: ['blocked'],
    attributes: { channels_last: int(0) },
  }
  const model = writeModel({
    name: 'block',
    irVersion: 8,
    opsets: new Map([
      ['', 17],
      [blockedDomain, 1],
    ]),
    inputs: [{ name: 'x', type: 'float', shape: [1, 4, 1, 1] }],
    outputs: [{ name: 'blocked', type: 'float' }],
    nodes: [reorder],
    initializers: new Map(),
    metadata: new Map(),
    functions: [],
  })
  const { blocked } = await runGraph(model, {
    x: { type: 'float', dims: [1, 4, 1, 1], data: new Float32Array(4) },
  })
  return blocked!.dims[1]!
}
